import { expect } from '@open-wc/testing';
import { listUnits } from '@lectern/core';
import { PackageError, parseXml, readPackage } from './index.js';
import { ID, makeZip, sco, scorm12 } from './zip.fixture.js';

/** The browser's own XML parser and streams stand behind the same reader as in Node. */
describe('packages in a browser', () => {
  const codeOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'read', (error: unknown) => (error instanceof PackageError ? error.code : String(error)));

  it('refuses XML by the same codes', async () => {
    for (const bad of ['', 'words', '<a', '<a><b></a></b>', '<a>&nope;</a>', '<a x=1/>', '<a/><b/>', '<a b="1" b="2"/>', '<x:a/>']) expect(await codeOf(parseXml(bad)), bad).to.equal('malformed-xml');
    expect(await codeOf(parseXml('<!DOCTYPE a><a/>'))).to.equal('doctype');
    expect(await codeOf(parseXml(`<a>${' '.repeat(5_000_000)}</a>`))).to.equal('xml-too-large');
    expect(await codeOf(parseXml('<a>'.repeat(200_000)))).to.equal('xml-too-deep');
    const root = await parseXml('<a x="1" xmlns:n="urn:n"><b>t<![CDATA[<w>]]>o</b><n:c y="2"/></a>');
    expect([root.attribute('x'), root.textOf('b'), root.child('c')?.namespace, root.child('c')?.attribute('y')]).to.deep.equal(['1', 't<w>o', 'urn:n', '2']);
    const error = await parseXml('<a>\n<b>\n</a>').catch((reason: PackageError) => reason);
    expect((error as PackageError).field).to.match(/^line \d/);
  });

  it('reads a package from a file a person dropped', async () => {
    const zip = makeZip({ 'imsmanifest.xml': scorm12('<item identifier="i" identifierref="r"><title>一</title></item>', sco('r', 'a.html')), 'a.html': '<p>课</p>' });
    const read = await readPackage(new File([zip as Uint8Array<ArrayBuffer>], 'course.zip'), { id: ID });
    expect(listUnits(read.course)).to.have.length(1);
    expect(new TextDecoder().decode(await read.file('a.html').bytes())).to.equal('<p>课</p>');
    await read.close();
    expect(await codeOf(readPackage(new Blob(['no zip at all, but long enough']), { id: ID }))).to.equal('not-a-zip');
  });

  it('reads a package nobody here wrote', async function () {
    const response = await fetch('/__fixtures__/scorm12/RuntimeBasicCalls.zip');
    if (!response.ok) return this.skip();
    const read = await readPackage(await response.blob(), { id: ID });
    expect(read.format).to.equal('scorm12');
    let bytes = 0;
    for (const file of read.files()) for await (const chunk of file.chunks()) bytes += chunk.length;
    expect(bytes).to.equal(read.entries.reduce((sum, { size }) => sum + size, 0));
  });
});
