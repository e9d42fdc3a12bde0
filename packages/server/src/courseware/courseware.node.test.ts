import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { zipSync } from 'fflate';
import { startTestServer, type TestServer } from '../server.fixture.js';

let server: TestServer;
before(async () => void (server = await startTestServer()));
after(() => server.close());

const fixtures = resolve(process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures');
const skip = existsSync(fixtures) ? false : `no fixtures at ${fixtures}`;
const fixture = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(fixtures, path)));
const upload = (body: BodyInit, type = 'application/zip', authorization = server.basic): Promise<Response> =>
  server.request('/courseware', { method: 'POST', body, headers: { Authorization: authorization, ...(type ? { 'Content-Type': type } : {}) } });
const problem = async (response: Response): Promise<Record<string, unknown>> => (await response.json()) as Record<string, unknown>;

interface Imported {
  readonly id: string;
  readonly format: string;
  readonly units: number;
}

/** Sends a path as it is: fetch would tidy it up. */
function rawGet(url: string, path: string): Promise<number> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(url);
    httpRequest({ hostname, port, path }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    }).on('error', fail).end();
  });
}

test('every package is imported, or refused with its code', { skip }, async (t) => {
  for (const folder of ['scorm12', 'scorm2004', 'cmi5', 'xapi']) {
    for (const name of readdirSync(join(fixtures, folder))) {
      await t.test(`${folder}/${name}`, async () => {
        const response = await upload(fixture(`${folder}/${name}`));
        if (name.startsWith('bad-')) {
          assert.equal(response.status, 422);
          const { code, field, file, detail } = await problem(response);
          assert.ok(code && detail && (field || file), String(code));
          return;
        }
        assert.equal(response.status, 201, await response.clone().text());
        const { id, format, units } = (await response.json()) as Imported;
        assert.equal(format, folder);
        assert.ok(units > 0);
        const course = (await (await server.request(`/courses/${id}/course.json`)).json()) as { base: string; frame: string };
        assert.equal(course.base, `${server.contentUrl}c/${id}/`);
        assert.equal(course.frame, `${server.contentUrl}frame/`);
      });
    }
  }
});

test('the same package is one course; a form is taken too; removing removes the files', { skip }, async () => {
  const zip = fixture('scorm12/RuntimeBasicCalls.zip');
  const first = (await (await upload(zip)).json()) as Imported;
  const form = new FormData();
  form.set('note', 'words before it');
  form.set('package', new Blob([zip]), 'package.zip');
  const second = await upload(form, '');
  assert.equal(second.status, 201, await second.clone().text());
  assert.equal(((await second.json()) as Imported).id, first.id);
  const list = (await (await server.request('/courseware', { headers: { Authorization: server.basic } })).json()) as Imported[];
  assert.equal(list.filter(({ id }) => id === first.id).length, 1);
  const manifest = `${server.contentUrl}c/${first.id}/imsmanifest.xml`;
  assert.equal((await fetch(manifest)).status, 200);
  const remove = (): Promise<Response> => server.request(`/courseware/${first.id}`, { method: 'DELETE', headers: { Authorization: server.basic } });
  assert.equal((await remove()).status, 204);
  assert.equal((await fetch(manifest)).status, 404);
  assert.equal((await remove()).status, 404);
  assert.equal((await server.request(`/courses/${first.id}/course.json`)).status, 404);
});

test('what is no package leaves no course behind', { skip }, async () => {
  const before = ((await (await server.request('/courseware', { headers: { Authorization: server.basic } })).json()) as unknown[]).length;
  const zip = fixture('scorm12/RuntimeBasicCalls.zip');
  const cases: [string, BodyInit, string][] = [
    ['not a zip', 'just words', 'not-a-zip'],
    ['cut off', zip.slice(0, Math.floor(zip.length / 2)), 'truncated'],
    ['empty', new Uint8Array(), 'body-invalid'],
  ];
  for (const [what, body, code] of cases) {
    const response = await upload(body);
    assert.ok(response.status >= 400 && response.status < 500, what);
    assert.equal((await problem(response))['code'], code, what);
  }
  assert.equal(((await (await server.request('/courseware', { headers: { Authorization: server.basic } })).json()) as unknown[]).length, before);
});

test('only a host’s key imports, and only packages', async () => {
  assert.equal((await upload('x', 'application/zip', 'Basic x')).status, 401);
  const { authorization } = await server.learner('lin');
  assert.equal((await upload('x', 'application/zip', authorization)).status, 403);
  assert.equal((await upload('x', 'text/plain')).status, 415);
  const form = new FormData();
  form.set('other', new Blob(['x']));
  assert.equal((await problem(await upload(form, '')))['field'], 'package');
});

test('the demo imports for its own pages only', { skip }, async () => {
  const send = (origin: string): Promise<Response> =>
    server.request('/demo/courseware', { method: 'POST', body: fixture('scorm12/RuntimeBasicCalls.zip'), headers: { 'Content-Type': 'application/zip', Origin: origin } });
  assert.equal((await send('https://evil.example')).status, 403);
  const { port } = new URL(server.url);
  const rebound = await new Promise<number>((done, fail) => {
    httpRequest({ host: '127.0.0.1', port, path: '/demo/token', method: 'POST', headers: { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` } }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    }).on('error', fail).end();
  });
  assert.equal(rebound, 403);
  const response = await send(server.url.slice(0, -1));
  assert.equal(response.status, 201);
  const { id } = (await response.json()) as Imported;
  assert.equal((await server.request('/demo/token', { method: 'POST', body: JSON.stringify({ learner: 'lin', course: id }) })).status, 200);
});

test('the content origin: ranges, entity tags, types, headers', async () => {
  const url = `${server.contentUrl}c/demo/media/lesson.mp4`;
  const whole = await fetch(url);
  const size = Number(whole.headers.get('content-length'));
  assert.equal((await whole.arrayBuffer()).byteLength, size);
  assert.equal(whole.headers.get('content-type'), 'video/mp4');
  assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(whole.headers.get('access-control-allow-origin'), '*');
  assert.match(whole.headers.get('content-security-policy') ?? '', new RegExp(`frame-ancestors 'self' ${server.url.slice(0, -1)}`));
  const range = async (value: string, headers: Record<string, string> = {}): Promise<[number, string | null, number]> => {
    const response = await fetch(url, { headers: { Range: value, ...headers } });
    return [response.status, response.headers.get('content-range'), (await response.arrayBuffer()).byteLength];
  };
  assert.deepEqual(await range('bytes=0-9'), [206, `bytes 0-9/${size}`, 10]);
  assert.deepEqual(await range(`bytes=${size - 5}-`), [206, `bytes ${size - 5}-${size - 1}/${size}`, 5]);
  assert.deepEqual(await range('bytes=-7'), [206, `bytes ${size - 7}-${size - 1}/${size}`, 7]);
  assert.equal((await range(`bytes=${size}-`))[0], 416);
  assert.equal((await range('bytes=0-1,5-6'))[0], 200);
  assert.equal((await range('bytes=0-9', { 'If-Range': '"other"' }))[0], 200);
  const etag = whole.headers.get('etag')!;
  assert.equal((await fetch(url, { headers: { 'If-None-Match': etag } })).status, 304);
  const head = await fetch(url, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(size)]);
});

test('no path leads out of a course', async () => {
  const paths = [
    '/c/demo/../../key.json', '/c/demo/..%2f..%2fkey.json', '/c/demo/%2e%2e/%2e%2e/key.json', '/c/demo/..\\..\\key.json', '/c/demo/%5c..%5c', '/c/demo/%00', '/c/demo/%',
    '/c/../key.json', '/c/%2e%2e/key.json', '/c/.drafts/x', '/c/demo/', '/c/demo//etc/passwd', '/c/demo/media/', '/frame/../package.json', '/frame/%2e%2e%2f%2e%2e%2fpackage.json',
  ];
  // 400 is the HTTP layer's own word for a path that climbs.
  const isRefused = async (url: string, path: string): Promise<void> => assert.ok([400, 404].includes(await rawGet(url, path)), path);
  for (const path of paths) await isRefused(server.contentUrl, path);
  for (const path of ['/campus/..%2fpackage.json', '/lectern/..%2f..%2f..%2fpackage.json', '/campus/%2e%2e/package.json']) await isRefused(server.url, path);
});

test('the content origin has no records and no keys, the main origin no content', async () => {
  assert.equal((await fetch(`${server.contentUrl}xapi/about`)).status, 404);
  assert.equal((await fetch(`${server.contentUrl}demo/token`, { method: 'POST' })).status, 404);
  assert.equal((await server.request('/c/demo/media/lesson.mp4')).status, 404);
});

test('an unknown course is 404 everywhere, as a problem', async () => {
  for (const path of ['/courses/nothing/course.json', '/courses/%00/course.json']) {
    const response = await server.request(path);
    assert.equal(response.status, 404);
    assert.equal((await problem(response))['code'], 'not-found');
  }
  assert.equal((await server.request('/play/nothing')).status, 404);
  assert.equal((await server.request('/demo/token', { method: 'POST', body: JSON.stringify({ learner: 'lin', course: 'nothing' }) })).status, 404);
});

test('our pages are served under a policy without unsafe-inline and unsafe-eval', async () => {
  for (const path of ['/', '/play/demo']) {
    const response = await server.request(path);
    assert.equal(response.status, 200);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self';/);
    assert.match(policy, /style-src 'self';/);
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.match(await response.text(), /<!doctype html>/i);
  }
});

test('a course names its files, by which players keep it for times without a network', async () => {
  const course = (await (await server.request('/courses/demo/course.json')).json()) as { files: string; base: string };
  const answer = await fetch(course.files);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'no-cache');
  const { version, files } = (await answer.json()) as { version: string; files: { path: string; size: number }[] };
  assert.ok(version);
  assert.ok(files.some(({ path }) => path === 'media/lesson.webm'));
  for (const { path, size } of files) {
    const file = await fetch(`${server.contentUrl}c/demo/${path.split('/').map(encodeURIComponent).join('/')}`, { headers: { 'Accept-Encoding': 'identity' } });
    assert.equal(file.status, 200, path);
    assert.equal((await file.arrayBuffer()).byteLength, size, path);
  }
  for (const id of ['nothing', '%00', '..%2F..']) assert.equal((await server.request(`/courses/${id}/files.json`)).status, 404, id);
});

test('the content origin’s worker may serve the whole origin, and the page’s worker the pages of its own', async () => {
  assert.equal((await fetch(`${server.contentUrl}frame/worker.js`)).headers.get('service-worker-allowed'), '/');
  const page = await server.request('/lectern/page-worker.js');
  assert.equal(page.headers.get('service-worker-allowed'), '/');
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; connect-src 'self' http/);
  assert.equal((await fetch(`${server.contentUrl}frame/frame.js`)).headers.get('service-worker-allowed'), null);
});

test('H5P packages that units of a course name are laid out as folders; what is wrong with one is said with its name', async () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const activity = zipSync({
    'h5p.json': encode(JSON.stringify({ title: 'T', mainLibrary: 'H5P.A', preloadedDependencies: [{ machineName: 'H5P.A', majorVersion: 1, minorVersion: 0 }] })),
    'content/content.json': encode('{"text":"words"}'),
    'H5P.A-1.0/library.json': encode('{}'),
  });
  const course = encode(JSON.stringify({ title: 'C', format: 'course', children: [{ type: 'unit', kind: 'h5p', id: 'x', title: 'X', moveOn: 'Completed', href: 'x.h5p' }] }));
  const response = await upload(new Uint8Array(zipSync({ 'course.json': course, 'x.h5p': [activity, { level: 0 }] })));
  assert.equal(response.status, 201, await response.clone().text());
  const { id } = (await response.json()) as Imported;
  const content = await fetch(`${server.contentUrl}c/${id}/x.h5p/content/content.json`);
  assert.deepEqual(await content.json(), { text: 'words' });

  const refused = await upload(new Uint8Array(zipSync({ 'course.json': course, 'x.h5p': zipSync({ '../../evil.js': encode('1') }) })));
  assert.equal(refused.status, 422);
  const { code, file } = await problem(refused);
  assert.deepEqual({ code, file }, { code: 'path-traversal', file: 'x.h5p' });
});
