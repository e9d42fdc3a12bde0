import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { keyOf } from '../database/keys.js';
import { makeStatement, refuse, sha2, startForwarding, startStubLrs, until, type ForwardingSetup, type Json, type StubLrs } from './forwarding.fixture.js';
import { findNaming, makePeople, namingStatement, numbers } from './people.fixture.js';

let setup: ForwardingSetup;
let lrs: StubLrs;
before(async () => void (setup = await startForwarding()));
after(() => setup.close());
beforeEach(async () => void (lrs = await startStubLrs()));
afterEach(async () => {
  for (const target of await setup.store.list()) await setup.store.remove(target);
  await lrs.close();
});

let count = 0;
const many = (n: number, changes: Json = {}): Json[] => Array.from({ length: n }, () => makeStatement(changes));
/** A target for what is stored from now on. */
async function add(draft: Parameters<ForwardingSetup['add']>[2] = {}, url = lrs.url): Promise<string> {
  const name = `target-${++count}`;
  const { last } = await setup.db.selectFrom('statements').select(({ fn }) => fn.max('seq').as('last')).executeTakeFirstOrThrow();
  await setup.add(name, url, { cursor: last ?? 0, ...draft });
  return name;
}
const hasAll = (ids: readonly string[]) => until(() => ids.filter((id) => !lrs.taken.has(id)), (missing) => missing.length === 0);
const target = (name: string, isTrue: (value: Awaited<ReturnType<ForwardingSetup['target']>>) => boolean) => until(() => setup.target(name), isTrue);

test('statements go in order, in batches, under the target’s version and credentials; the cursor follows', async () => {
  const name = await add();
  const ids = await setup.write(many(230));
  await hasAll(ids);
  assert.deepEqual([...lrs.taken.keys()], ids);
  const [first] = lrs.received;
  assert.equal(first!.headers.authorization, `Basic ${Buffer.from('u:target-secret').toString('base64')}`);
  assert.equal(first!.headers['x-experience-api-version'], '2.0.0');
  assert.ok(lrs.received.every(({ statements }) => statements.length <= 100));
  assert.equal([...lrs.taken.values()].some((one) => 'stored' in one), false);
  assert.equal((await target(name, ({ delivered }) => delivered === 230)).failures, 0);
});

test('big statements fill a request sooner; one that is bigger than a request goes alone', async () => {
  await add();
  const words = (length: number): Json => ({ result: { response: 'x'.repeat(length) } });
  const ids = await setup.write([...many(6, words(300_000)), ...many(1, words(2_000_000)), ...many(1)]);
  await hasAll(ids);
  assert.deepEqual(lrs.received.map(({ statements }) => statements.length), [2, 2, 2, 1, 1]);
});

test('attachments go along, each once a request', async () => {
  await add();
  const [one, two] = [Buffer.from('first octets'), Buffer.from([0, 13, 10, 45, 45, 255])];
  const attached = (bytes: Buffer): Json => ({ usageType: 'https://uni.example/report', display: { en: 'report' }, contentType: 'text/plain', length: bytes.length, sha2: sha2(bytes) });
  const ids = await setup.write([makeStatement({ attachments: [attached(one), attached(two)] }), makeStatement({ attachments: [attached(one)] }), makeStatement()], [one, two]);
  await hasAll(ids);
  assert.equal(lrs.received.length, 1);
  const { headers, bytes } = lrs.received[0]!;
  assert.match(headers['content-type'] ?? '', /^multipart\/mixed/);
  for (const octets of [one, two]) assert.equal(bytes.toString('latin1').split(octets.toString('latin1')).length, 2);
  lrs.received.length = 0;
  await add({ attachments: false });
  await hasAll(await setup.write([makeStatement({ attachments: [attached(one)] })], [one]));
  const last = await until(() => lrs.received.find(({ headers: { 'content-type': type } }) => type === 'application/json'), Boolean);
  assert.equal('attachments' in last!.statements[0]!, false);
});

test('statements at fault are found by halving, set aside with the reason, and tried again when asked', async () => {
  const name = await add();
  let isFixed = false;
  lrs.behave(({ statements }, response) => !isFixed && statements.some(({ verb }) => (verb as Json)['id'] === 'https://uni.example/bad') && refuse(response, 400, 'no such verb; you said target-secret'));
  const statements = many(40);
  for (const at of [7, 8, 39]) statements[at]!['verb'] = { id: 'https://uni.example/bad' };
  const ids = await setup.write(statements);
  await hasAll(ids.filter((_, at) => ![7, 8, 39].includes(at)));
  await target(name, ({ delivered }) => delivered === 37);
  const aside = await until(() => setup.setAside(name), ({ length }) => length === 3);
  assert.deepEqual(aside.map(({ statement_id }) => statement_id), [ids[7], ids[8], ids[39]]);
  assert.match(aside[0]!.detail, /400\): no such verb; you said …$/);
  isFixed = true;
  const { id } = await setup.target(name);
  await setup.db.updateTable('forwarding_set_aside').set({ retry: true }).where('target_id', '=', id).execute();
  setup.forwarder.nudge();
  await hasAll(ids);
  assert.deepEqual(await until(() => setup.setAside(name), ({ length }) => length === 0), []);
});

test('a target that refuses everything is paused instead of being emptied into', async () => {
  const name = await add();
  lrs.behave((_, response) => refuse(response, 400, 'unknown version'));
  await setup.write(many(60));
  const paused = await target(name, (one) => one.paused !== undefined);
  assert.equal(paused.paused, 'refuses-everything');
  assert.equal((await setup.setAside(name)).length, 25);
  const audit = await setup.db.selectFrom('audit').selectAll().where('subject', '=', paused.id).execute();
  assert.deepEqual(audit.map(({ action, actor }) => [action, actor]), [['forwarding.pause', 'server']]);
});

test('whatever a target does wrong, it is tried again, and nothing is lost', async () => {
  const name = await add();
  const faults: Parameters<StubLrs['behave']>[0][] = [
    (_, response) => refuse(response, 500, 'oops'),
    (_, response) => refuse(response, 503),
    (_, response) => refuse(response, 429, 'slow down', { 'Retry-After': '0' }),
    (_, response) => refuse(response, 200, '<html>Log in to the network</html>', { 'Content-Type': 'text/html' }),
    (_, response) => refuse(response, 200, '[]', { 'Content-Type': 'application/json' }),
    (_, response) => refuse(response, 204),
    (_, response) => refuse(response, 404, 'where?'),
    (_, response) => refuse(response, 302, '', { Location: '/login' }),
    (_, response) => refuse(response, 308, '', { Location: 'https://elsewhere.example/xapi/statements' }),
    (_, response) => refuse(response, 200, 'x'.repeat(1_100_000)),
    () => true, // hangs
    (_, response) => Boolean(response.socket?.destroy()),
  ];
  const seen = new Map<string, number>();
  lrs.behave((request, response, n) => faults[n - 1]?.(request, response, n) ?? false);
  const watch = setInterval(() => void setup.target(name).then(({ lastError }) => lastError && seen.set(lastError.code, lastError.status ?? 0), () => undefined), 10);
  const ids = await setup.write(many(3));
  await hasAll(ids);
  clearInterval(watch);
  const done = await target(name, ({ delivered }) => delivered === 3);
  assert.equal(done.failures, 0);
  assert.equal(done.lastError, undefined);
  assert.deepEqual(await setup.setAside(name), []);
  assert.ok(lrs.received.length > faults.length);
});

test('Retry-After is obeyed: nothing is sent before, whoever asks', async () => {
  const name = await add();
  lrs.behave((_, response) => refuse(response, 429, '', { 'Retry-After': '600' }));
  await setup.write(many(1));
  const waiting = await target(name, ({ failures }) => failures === 1);
  assert.ok(waiting.nextAttemptAt.getTime() > Date.now() + 500_000);
  await setup.write(many(1));
  for (let n = 0; n < 5; n++) {
    setup.forwarder.nudge();
    await new Promise((done) => setTimeout(done, 60));
  }
  assert.equal(lrs.received.length, 1);
});

test('wrong credentials pause the target, visibly, and no other; new ones set it going', async () => {
  const other = await startStubLrs();
  const name = await add();
  const good = await add({}, other.url);
  lrs.behave(({ headers }, response) => headers.authorization !== 'Bearer right' && refuse(response, 401));
  const ids = await setup.write(many(2));
  const paused = await target(name, (one) => one.paused !== undefined);
  assert.equal(paused.paused, 'unauthorized');
  assert.deepEqual([paused.lastError?.code, paused.lastError?.status], ['unauthorized', 401]);
  await target(good, ({ delivered }) => delivered === 2);
  await setup.store.change(paused, { auth: { type: 'bearer' }, secret: 'right', paused: null });
  setup.forwarder.nudge();
  await hasAll(ids);
  await other.close();
});

test('a target that hangs or is down holds up neither another nor the storing of statements', async () => {
  const other = await startStubLrs();
  await add();
  const good = await add({}, other.url);
  const closed = createServer();
  const port = await new Promise<number>((resolve) => closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port)));
  await new Promise((done) => closed.close(done));
  const down = await add({}, `http://127.0.0.1:${port}/xapi/`);
  lrs.behave(() => true);
  for (let n = 0; n < 5; n++) await setup.write(many(20));
  await target(good, ({ delivered }) => delivered === 100);
  assert.equal((await target(down, ({ failures }) => failures > 0)).lastError?.code, 'unreachable');
  await other.close();
});

test('409: the same statement is there already, another one is a conflict', async () => {
  const name = await add();
  const [same, voided, other] = [makeStatement(), makeStatement(), makeStatement()];
  lrs.taken.set(String(other['id']), { ...other, object: { id: 'https://uni.example/activities/another' } });
  lrs.taken.set(String(same['id']), { ...same, stored: '2026-01-01T00:00:00Z', authority: { mbox: 'mailto:them@lrs.example' }, verb: { id: 'https://uni.example/verbs/did', display: { en: 'did' } } });
  const before = new Set(lrs.taken.keys()).add(String(voided['id']));
  lrs.behave(({ method, path, statements }, response) => {
    if (method === 'GET' && path.includes(`voidedStatementId=${voided['id'] as string}`)) return refuse(response, 200, JSON.stringify(voided));
    return statements.some(({ id }) => before.has(String(id))) && refuse(response, 409);
  });
  const last = makeStatement();
  await setup.write([same, voided, other, last]);
  await hasAll([String(last['id'])]);
  await target(name, ({ delivered }) => delivered === 3);
  assert.deepEqual((await setup.setAside(name)).map(({ statement_id, reason }) => [statement_id, reason]), [[other['id'], 'conflict']]);
});

test('the filter: verbs, activities, profiles, registrations; voiding follows what it voids; statements about statements follow too', async () => {
  const registration = randomUUID();
  const verb = { id: 'https://uni.example/verbs/passed' };
  const within = (id: string, kind = 'grouping'): Json => ({ contextActivities: { [kind]: [{ id }] } });
  const forVerb = await add({ filter: { verbs: [verb.id] } });
  const forPrefix = await add({ filter: { activities: ['https://uni.example/courses/9*'] } });
  const forProfile = await add({ filter: { profiles: ['https://w3id.org/xapi/cmi5'] } });
  const forBoth = await add({ filter: { verbs: [verb.id], registrations: [registration] } });
  const a = makeStatement({ verb });
  const b = makeStatement({ context: within('https://uni.example/courses/9/unit') });
  const c = makeStatement({ context: within('https://w3id.org/xapi/cmi5', 'category') });
  const d = makeStatement({ verb, context: { registration } });
  const voids = (id: unknown): Json => makeStatement({ verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, object: { objectType: 'StatementRef', id } });
  const [voidA, voidOther] = [voids(a['id']), voids(b['id'])];
  await setup.write([a, b, c, d, voidA, voidOther, makeStatement()]);
  for (const [name, n] of [[forVerb, 3], [forPrefix, 2], [forProfile, 1], [forBoth, 1]] as const) {
    await target(name, ({ delivered, filtered }) => delivered === n && delivered + filtered === 7);
  }
  assert.ok(lrs.taken.has(String(voidA['id'])) && lrs.taken.has(String(voidOther['id'])));
});

test('only of credit-bearing courses, or of named ones: by registration and by activity', async () => {
  const { db, tenantId } = setup;
  const [registration, other] = [randomUUID(), randomUUID()];
  const course = (id: string): object => ({ tenant_id: tenantId, id, activity_id: `https://uni.example/course/${id}`, activity_key: keyOf(tenantId, 'activity', id), format: 'x', title: '"t"', units: 1, course: '{}', warnings: '[]', content_hash: 'h' });
  await db.insertInto('courses').values([course('credit') as never, course('hobby') as never]).execute();
  await db.insertInto('registrations').values([[registration, 'credit'], [other, 'hobby']].map(([id, course_id]) => ({ tenant_id: tenantId, id: id!, course_id: course_id!, actor_key: keyOf(tenantId, 'agent', 'x'), actor: '{}', launch_mode: 'Normal' }))).execute();
  await db.insertInto('credit_policies').values({ tenant_id: tenantId, id: 'p', policy: JSON.stringify({ id: 'p', courseId: 'https://uni.example/course/credit' }) }).execute();
  const bearing = await add({ filter: { creditBearing: true } });
  const named = await add({ filter: { courses: ['hobby'] } });
  await setup.write([makeStatement({ context: { registration } }), makeStatement({ object: { id: 'https://uni.example/course/credit' } }), makeStatement({ context: { registration: other } }), makeStatement()]);
  await target(bearing, ({ delivered, filtered }) => delivered === 2 && filtered === 2);
  await target(named, ({ delivered, filtered }) => delivered === 1 && filtered === 3);
});

test('a target of 1.0.3 is not told of another version; a statement that cannot be prepared is set aside', async () => {
  const name = await add({ version: '1.0.3', pseudonyms: { homePage: 'https://id.example' } });
  const crowd = Array.from({ length: 9_000 }, (_, n) => ({ mbox: `mailto:learner${n}@uni.example`, name: `Learner ${n}` }));
  const tooMany = makeStatement({ actor: { objectType: 'Group', member: crowd }, result: { response: 'word '.repeat(2_000) } });
  const ids = await setup.write([makeStatement({ version: '2.0.0' }), tooMany, makeStatement({ version: '1.0.3' })]);
  await target(name, ({ delivered }) => delivered === 2);
  assert.deepEqual([...lrs.taken.values()].map(({ version }) => version), [undefined, '1.0.3']);
  assert.deepEqual((await setup.setAside(name)).map(({ statement_id, reason }) => [statement_id, reason]), [[ids[1], 'unfit']]);
});

test('a secret that can no longer be read pauses the target, and nothing is sent', async () => {
  const name = await add({ paused: 'by-hand', pseudonyms: { homePage: 'https://id.example' } });
  const { id } = await setup.target(name);
  await setup.db.updateTable('forwarding_targets').set({ secret: Buffer.alloc(60), paused: null }).where('id', '=', id).execute();
  await setup.write(many(1));
  assert.equal((await target(name, (one) => one.paused !== undefined)).paused, 'secret-unreadable');
  assert.equal(lrs.received.length, 0);
});

test('when the database cuts the connection that holds the locks, the work is taken up again', async () => {
  const name = await add();
  let cuts = 0;
  lrs.behave(() => {
    if (cuts < 3) {
      cuts++;
      void sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lectern-forwarding' and datname = current_database()`.execute(setup.db);
    }
    return false;
  });
  const ids = await setup.write(many(400));
  await hasAll(ids);
  await target(name, ({ delivered }) => delivered >= 400);
  assert.equal(cuts, 3);
});

test('a redirect on the target’s own origin is followed, with everything that was to be sent', async () => {
  await add();
  lrs.behave(({ path }, response) => path === '/xapi/statements' && refuse(response, 307, '', { Location: '/moved/statements' }));
  const ids = await setup.write(many(2));
  await hasAll(ids);
  assert.deepEqual(lrs.received.map(({ path, statements }) => [path, statements.length]), [['/xapi/statements', 2], ['/moved/statements', 2]]);
});

test('under pseudonyms, nothing that goes over the wire names anybody: bodies, addresses, headers', async () => {
  const name = await add({ pseudonyms: { homePage: 'https://id.example' }, attachments: false });
  const random = numbers(7);
  const people = makePeople(random);
  const ids = await setup.write(Array.from({ length: 60 }, () => namingStatement(random, people) as unknown as Json));
  await hasAll(ids);
  assert.deepEqual(await setup.setAside(name), []);
  for (const { bytes, path, headers } of lrs.received) assert.equal(findNaming(Buffer.concat([bytes, Buffer.from(path + JSON.stringify(headers))]), people), undefined);
});
