import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { AGENT, iri, startConformance, type Ask, type Json, type Lrs } from './requirement.fixture.js';

/* xAPI Communication 2.2–2.3, 2.6–2.7 and 3.1: the three document resources, by one table. */
const { requirement } = startConformance();

interface Resource {
  readonly path: string;
  readonly id: 'stateId' | 'profileId';
  readonly scope: readonly ('activityId' | 'agent')[];
  /** Requirement ids of each rule. */
  readonly ids: Readonly<Record<'stores' | 'lists' | 'deletes' | 'parameters' | 'merges' | 'refusesMerge', string>>;
}

const RESOURCES: readonly Resource[] = [
  {
    path: '/activities/state', id: 'stateId', scope: ['activityId', 'agent'],
    ids: { stores: '00187-00190, 00192, 00216-00217, 00230-00231, 00233', lists: '00193, 00195, 00221-00223', deletes: '00191', parameters: '00196-00199, 00204-00215, 00224-00226, 00228', merges: '00183-00184, 00234', refusesMerge: '00182, 00185-00186, 00229, 00232, 00235' },
  },
  {
    path: '/agents/profile', id: 'profileId', scope: ['agent'],
    ids: { stores: '00259, 00269, 00272-00274, 00280, 00282-00283', lists: '00268, 00270, 00275', deletes: '00271', parameters: '00255-00258, 00260-00267', merges: '00279', refusesMerge: '00276-00278, 00281, 00284' },
  },
  {
    path: '/activities/profile', id: 'profileId', scope: ['activityId'],
    ids: { stores: '00286-00288, 00290, 00292-00293, 00310-00312', lists: '00289, 00294, 00303', deletes: '00285, 00291', parameters: '00295-00302, 00304-00307', merges: '00308', refusesMerge: '00309, 00313-00314' },
  },
];

const NEW = { 'If-None-Match': '*' };

for (const { path, id, scope, ids } of RESOURCES) {
  const place = (): Json => Object.fromEntries(scope.map((name) => [name, name === 'agent' ? { account: { homePage: 'https://uni.example', name: randomUUID() } } : iri('d')]));
  const put = (lrs: Lrs, query: Json, body: unknown, headers: Record<string, string> = NEW): Promise<Response> => lrs.ask('PUT', path, { query, body, headers });

  requirement(ids.stores, `${path} stores by PUT and POST, and gives back`, async (lrs) => {
    for (const method of ['PUT', 'POST']) {
      const query = { ...place(), [id]: 'one' };
      await lrs.expect(204, method, path, { query, body: { method }, headers: NEW });
      const response = await lrs.expect(200, 'GET', path, { query });
      assert.deepEqual(await response.json(), { method });
      assert.match(response.headers.get('etag') ?? '', /^"[0-9a-f]{40}"$/);
      assert.ok(response.headers.get('last-modified'));
      await lrs.expect(404, 'GET', path, { query: { ...query, [id]: 'two' } });
    }
  });

  requirement(ids.lists, `${path} lists ids, since a time too`, async (lrs) => {
    const query = place();
    await put(lrs, { ...query, [id]: 'a' }, { a: 1 });
    const between = new Date((await new Promise((resolve) => setTimeout(resolve, 5)), Date.now())).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await put(lrs, { ...query, [id]: 'b' }, { b: 1 });
    const list = async (more: Json): Promise<unknown> => (await lrs.expect(200, 'GET', path, { query: { ...query, ...more } })).json();
    assert.deepEqual(await list({}), ['a', 'b']);
    assert.deepEqual(await list({ since: between }), ['b']);
    assert.deepEqual(await list({ since: '2100-01-01T00:00:00Z' }), []);
  });

  requirement(ids.deletes, `${path} deletes`, async (lrs) => {
    const query = { ...place(), [id]: 'one' };
    await put(lrs, query, { a: 1 });
    await lrs.expect(204, 'DELETE', path, { query });
    await lrs.expect(404, 'GET', path, { query });
    await lrs.expect(204, 'DELETE', path, { query });
  });

  requirement(ids.parameters, `${path} needs its parameters, well-formed`, async (lrs) => {
    const whole: Json = { ...place(), [id]: 'one' };
    const bad: Readonly<Record<string, readonly unknown[]>> = { agent: ['x', '{', '[]', {}, { mbox: 'x' }, { objectType: 'Activity', id: 'https://x.example' }], activityId: ['x', ''], registration: ['x'], since: ['x'] };
    for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
      const ask = (query: Json): Ask => ({ query, ...(method === 'PUT' || method === 'POST' ? { body: {}, headers: NEW } : {}) });
      // Without an id GET lists, and DELETE clears a learner's state.
      const needed = method === 'PUT' || method === 'POST' || (method === 'DELETE' && id === 'profileId') ? [...scope, id] : scope;
      for (const name of needed) await lrs.expect(400, method, path, ask(Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))));
      for (const name of [...scope, ...(id === 'stateId' ? ['registration'] : [])]) {
        for (const value of bad[name]!) await lrs.expect(400, method, path, ask({ ...whole, [name]: value }));
      }
      await lrs.expect(400, method, path, ask({ ...whole, other: 'x' }));
    }
    const { [id]: _id, ...listing } = whole;
    await lrs.expect(400, 'GET', path, { query: { ...listing, since: 'x' } });
  });

  requirement(ids.merges, `${path} merges JSON objects, one level deep`, async (lrs) => {
    const query = { ...place(), [id]: 'one' };
    await put(lrs, query, { a: { x: 1 }, b: 1 });
    await lrs.expect(204, 'POST', path, { query, body: { a: { y: 2 }, c: 3 } });
    assert.deepEqual(await (await lrs.ask('GET', path, { query })).json(), { a: { y: 2 }, b: 1, c: 3 });
  });

  requirement(ids.refusesMerge, `${path} merges nothing else, and changes nothing then`, async (lrs) => {
    const [json, text] = [{ ...place(), [id]: 'json' }, { ...place(), [id]: 'text' }];
    await put(lrs, json, { a: 1 });
    await put(lrs, text, 'words', { ...NEW, 'Content-Type': 'text/plain' });
    await lrs.expect(400, 'POST', path, { query: json, body: 'words', headers: { 'Content-Type': 'text/plain' } });
    await lrs.expect(400, 'POST', path, { query: text, body: { a: 1 } });
    for (const body of ['{"a":', '[1]', '"x"', 'null']) await lrs.expect(400, 'POST', path, { query: json, body });
    assert.deepEqual(await (await lrs.ask('GET', path, { query: json })).json(), { a: 1 });
    assert.equal(await (await lrs.ask('GET', path, { query: text })).text(), 'words');
  });

  requirement('00322', `${path} guards against lost updates by ETags`, async (lrs) => {
    const query = { ...place(), [id]: 'one' };
    assert.equal((await put(lrs, query, { v: 1 })).status, 204);
    assert.equal((await put(lrs, query, { v: 2 })).status, 412);
    const etag = async (): Promise<string> => (await lrs.ask('GET', path, { query })).headers.get('etag')!;
    const stale = await etag();
    assert.equal((await put(lrs, query, { v: 2 }, { 'If-Match': stale })).status, 204);
    for (const method of ['PUT', 'POST', 'DELETE']) {
      await lrs.expect(412, method, path, { query, headers: { 'If-Match': stale }, ...(method === 'DELETE' ? {} : { body: { v: 9 } }) });
    }
    assert.deepEqual(await (await lrs.ask('GET', path, { query })).json(), { v: 2 });
    await lrs.expect(204, 'DELETE', path, { query, headers: { 'If-Match': await etag() } });
  });

  requirement('00322', `${path}: a PUT that names no version it replaces`, async (lrs) => {
    const query = { ...place(), [id]: 'one' };
    const blind = (): Promise<Response> => put(lrs, query, { v: 1 }, {});
    const isState = id === 'stateId';
    // 1.0.3 wants a condition on every PUT of a profile; 2.0 only where there is something to lose, State included.
    assert.equal((await blind()).status, lrs.version === '1.0.3' && !isState ? 400 : 204);
    await lrs.ask('POST', path, { query, body: { v: 1 } });
    const again = await blind();
    assert.equal(again.status, lrs.version === '1.0.3' && isState ? 204 : 409);
    if (again.status === 409) assert.match(((await again.json()) as { detail: string }).detail, /If-Match/);
  });
}

requirement('00194, 00200-00203, 00218-00220, 00227', 'state is kept apart by registration, and cleared by it', async (lrs) => {
  const path = '/activities/state';
  const query = { activityId: iri('r'), agent: AGENT };
  const [one, two] = [randomUUID(), randomUUID()];
  for (const registration of [one, two]) await lrs.expect(204, 'PUT', path, { query: { ...query, registration, stateId: 's' }, body: { registration } });
  const read = async (registration: string): Promise<unknown> => (await lrs.ask('GET', path, { query: { ...query, registration, stateId: 's' } })).json();
  assert.deepEqual(await read(one), { registration: one });
  await lrs.expect(204, 'POST', path, { query: { ...query, registration: two, stateId: 's' }, body: { more: true } });
  assert.deepEqual(await read(two), { registration: two, more: true });
  await lrs.expect(204, 'DELETE', path, { query: { ...query, registration: one } });
  await lrs.expect(404, 'GET', path, { query: { ...query, registration: one, stateId: 's' } });
  assert.deepEqual(await (await lrs.ask('GET', path, { query: { ...query, registration: two } })).json(), ['s']);
});
