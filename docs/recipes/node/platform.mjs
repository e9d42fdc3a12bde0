/**
 * A platform's back end for Lectern's content, in Node 20 or later and nothing else: `node platform.mjs`.
 *   POST /token       for <learning-session token-url="/token">: asks a Lectern server for the learner's launch
 *   /learning/…       for fetchPlugin({ url: '/learning' }): the platform keeps everything itself (fetch-plugin.openapi.json)
 * Settings: PORT, DATA (a folder), and for /token LECTERN_URL, LECTERN_KEY, LECTERN_SECRET.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const { PORT = '8080', DATA = './data', LECTERN_URL, LECTERN_KEY, LECTERN_SECRET } = process.env;
const HOME = 'https://campus.example'; // your site: with the learner's opaque name it makes their account
mkdirSync(DATA, { recursive: true });

/** Who is signed in, by an opaque name. Ask your own session here; this stands in for it. */
const signedIn = (request) => /(?:^|;\s*)user=([\w-]{1,100})/.exec(request.headers.cookie ?? '')?.[1];

class Problem extends Error {
  constructor(status, title) {
    super(title);
    this.status = status;
  }
}

/** One file for each learner, replaced as a whole. A database with these four tables does it for many servers. */
const fileOf = (user) => join(DATA, `${createHash('sha256').update(user).digest('hex')}.json`);

function read(user) {
  try {
    return JSON.parse(readFileSync(fileOf(user), 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { registrations: {}, statements: {}, documents: {}, outcomes: {} };
  }
}

function write(user, kept) {
  const file = fileOf(user);
  writeFileSync(`${file}.new`, JSON.stringify(kept));
  renameSync(`${file}.new`, file);
}

async function bodyOf(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > 4_000_000) throw new Problem(413, 'Too large.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || 'null');
  } catch {
    throw new Problem(400, 'That is not JSON.');
  }
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function learning(user, what, query, body) {
  const kept = read(user);
  if (what === 'POST /learning/sessions') {
    const course = body?.course?.id;
    if (typeof course !== 'string') throw new Problem(400, 'Which course?');
    const registration = (kept.registrations[course] ??= randomUUID());
    write(user, kept);
    return { learner: { account: { homePage: HOME, name: user } }, registration };
  }
  const registration = query.get('registration');
  if (!Object.values(kept.registrations).includes(registration)) throw new Problem(403, 'Not this learner’s.');
  const document = JSON.stringify([registration, query.get('activityId'), query.get('stateId')]);
  switch (what) {
    case 'POST /learning/statements':
      if (!Array.isArray(body) || body.some((one) => typeof one?.id !== 'string')) throw new Problem(400, 'Statements have ids.');
      for (const statement of body) kept.statements[statement.id] ??= { registration, statement };
      write(user, kept);
      return { stored: body.map(({ id }) => id) };
    case 'GET /learning/documents':
      if (!Object.hasOwn(kept.documents, document)) throw new Problem(404, 'There is none.');
      return kept.documents[document];
    case 'POST /learning/documents':
    case 'PUT /learning/documents':
      if (!isObject(body)) throw new Problem(400, 'A document is an object.');
      // JSON.parse makes `__proto__` a property like any other, and so does a spread.
      kept.documents[document] = what.startsWith('PUT') ? body : { ...kept.documents[document], ...body };
      return void write(user, kept);
    case 'PUT /learning/outcomes':
      if (!isObject(body) || typeof body.completed !== 'boolean') throw new Problem(400, 'An outcome says whether it is completed.');
      kept.outcomes[JSON.stringify([registration, body.unitId ?? null])] = body; // here your gradebook comes in
      return void write(user, kept);
    default:
      throw new Problem(404, 'There is no such address.');
  }
}

/** The key stays here; the page gets a short-lived token for this learner alone. */
async function token(user) {
  const answer = await fetch(new URL('/launches', LECTERN_URL), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Basic ${Buffer.from(`${LECTERN_KEY}:${LECTERN_SECRET}`).toString('base64')}` },
    body: JSON.stringify({ course: 'demo', learner: { account: { homePage: HOME, name: user } } }),
  });
  if (!answer.ok) throw new Problem(502, 'The Lectern server gave no launch.');
  return answer.json();
}

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, 'http://platform');
  const user = signedIn(request);
  if (!user) throw new Problem(401, 'Sign in.');
  // A form of another site cannot send this header: without it the request is forged.
  if (pathname !== '/token' && request.headers['x-requested-with'] !== 'lectern') throw new Problem(403, 'Not from our page.');
  if (request.method === 'POST' && pathname === '/token') return token(user);
  return learning(user, `${request.method} ${pathname}`, searchParams, request.method === 'GET' ? undefined : await bodyOf(request));
}

createServer((request, response) => {
  answer(request).then(
    (value) => response.writeHead(value === undefined ? 204 : 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(value === undefined ? undefined : JSON.stringify(value)),
    (error) => {
      const { status = 500, message } = error instanceof Problem ? error : { message: 'The platform has a fault.' };
      if (status === 500) console.error(error);
      response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ status, title: message }));
    },
  );
}).listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`));
