import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strToU8 } from 'fflate';
import { PackageError, parseXml } from './index.js';

const refused = (source: string | Uint8Array, code: string, options = {}): Promise<PackageError> =>
  parseXml(source, { file: 'a.xml', ...options }).then(
    () => assert.fail(`was parsed, but should be refused as ${code}`),
    (error: unknown) => {
      assert.ok(error instanceof PackageError, String(error));
      assert.equal(error.code, code, error.message);
      assert.equal(error.file, 'a.xml');
      return error;
    },
  );

test('elements, attributes, text and places', async () => {
  const root = await parseXml('<a x="1" n:y="&lt;2" xmlns:n="urn:n"><b>one</b><!-- c --><b>t<![CDATA[<w>]]>o</b><n:c/></a>');
  assert.equal(root.attribute('x'), '1');
  assert.equal(root.attribute('y'), '<2');
  assert.deepEqual(root.childrenNamed('b').map(({ text }) => text), ['one', 't<w>o']);
  assert.equal(root.childrenNamed('b')[1]!.path, 'b[2]');
  assert.equal(root.child('C')?.namespace, 'urn:n');
});

test('document types and entities are refused unread', async () => {
  await refused('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'doctype');
  await refused('<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'doctype');
  await refused('<a><!ENTITY x "y"></a>', 'doctype');
  const words = await parseXml('<!-- <!DOCTYPE --><a b="<!DOCTYPE x>".replace>'.replace('.replace>', '/>').replace('<!DOCTYPE x>', '&lt;!DOCTYPE x>'));
  assert.equal(words.attribute('b'), '<!DOCTYPE x>');
  await refused(new Uint8Array([0xff, 0xfe, ...Buffer.from('<!DOCTYPE a><a/>', 'utf16le')]), 'doctype');
});

test('size, depth, crowds', async () => {
  await refused(`<a>${' '.repeat(5_000_000)}</a>`, 'xml-too-large');
  await refused(`<a>${'<b/>'.repeat(250_000)}</a>`, 'xml-too-large');
  await refused(`<a ${Array.from({ length: 200 }, (_, index) => `x${index}=""`).join(' ')}/>`, 'xml-too-large');
  await refused('<a>'.repeat(200_000) + '</a>'.repeat(200_000), 'xml-too-deep');
});

test('what is not well-formed, with its line', async () => {
  assert.match((await refused('<a>\n<b>\n</a>', 'malformed-xml')).field ?? '', /^line [23]$/);
  for (const bad of ['', 'words', '<a', '<a><b></a></b>', '<a>&nope;</a>', '<a x=1/>', '<a/><b/>', '<a b="1" b="2"/>', '<!-- ', '<x:a/>']) {
    await refused(bad, 'malformed-xml');
  }
});

test('encodings: a mark, a declaration, a lie', async () => {
  const gb = Uint8Array.from([...strToU8('<?xml version="1.0" encoding="GB2312"?><a>'), 0xbf, 0xce, 0xb3, 0xcc, ...strToU8('</a>')]);
  assert.equal((await parseXml(gb)).text, '课程');
  assert.equal((await parseXml(new Uint8Array([0xff, 0xfe, ...Buffer.from('<a>课</a>', 'utf16le')]))).text, '课');
  assert.equal((await parseXml(new Uint8Array([0xef, 0xbb, 0xbf, ...strToU8('<a>课</a>')]))).text, '课');
  await refused(Uint8Array.from([...strToU8('<a>'), 0xff, 0xff, ...strToU8('</a>')]), 'malformed-xml');
  await refused(strToU8('<?xml version="1.0" encoding="no-such"?><a/>'), 'malformed-xml');
});
