import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPackage } from '../packages/courseware/dist/index.js';
import { serveStatic } from '../scripts/static-server.mjs';

const scormAgain = fileURLToPath(new URL('../node_modules/scorm-again/dist', import.meta.url));

/** A SCORM LMS whose runtime nobody here wrote: it launches a package's SCOs from a page with scorm-again's API, and keeps what they commit. */
export interface ScormHost {
  readonly url: string;
  /** The data model as it was committed last. */
  kept(): Record<string, unknown> | undefined;
  close(): Promise<void>;
}

export async function startScormHost(archive: Uint8Array<ArrayBuffer>, version: '1.2' | '2004', { student = 'a-student' } = {}): Promise<ScormHost> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-host-'));
  const pack = await readPackage(archive, { id: 'https://host.example/course', manifest: 'imsmanifest.xml' });
  for (const file of pack.files()) {
    const at = join(folder, file.path);
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, await file.bytes());
  }
  const [unit] = pack.course.children;
  const href = unit?.type === 'unit' && unit.kind === 'scorm' ? unit.href : '';
  await pack.close();
  let kept: Record<string, unknown> | undefined;
  const [Api, script, name] = version === '1.2' ? ['Scorm12API', 'scorm12.js', 'API'] : ['Scorm2004API', 'scorm2004.js', 'API_1484_11'];
  const server = await serveStatic({ '/package/': folder, '/scorm-again/': scormAgain }, {
    '/host': (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><html lang="en"><title>LMS</title><style>body{margin:0}iframe{border:0;width:100%;height:100vh}</style>
<script src="/scorm-again/${script}"></script>
<script>
const before = ${JSON.stringify(kept ?? null).replaceAll('<', '\\u003c')};
const lms = window.${name} = new ${Api}({ autocommit: false, logLevel: 5, lmsCommitUrl: '/commit', useAsynchronousCommits: false });
if (before) lms.loadFromJSON(before);
if (before?.core) lms.cmi.core.entry = 'resume';
${version === '1.2' ? 'lms.cmi.core.student_id' : 'lms.cmi.learner_id'} = ${JSON.stringify(student)};
</script>
<iframe title="SCO" src="/package/${href}"></iframe>`);
    },
    '/commit': (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as { cmi?: Record<string, unknown> };
        kept = body.cmi ?? body;
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"result":true,"errorCode":0}');
      });
    },
  });
  return {
    url: `${server.url}/host`,
    kept: () => kept,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
