import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import Ajv from 'ajv';
import { createSession, type Course, type OutcomeReport } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { fetchPlugin } from './plugin.js';
import { PLATFORM_URL, ReferencePlatform } from './reference-platform.fixture.js';

interface Operation {
  readonly requestBody?: { readonly content: { readonly 'application/json': object } };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> } | undefined>>;
}

const contract = JSON.parse(await readFile(new URL('../../schemas/fetch-plugin.openapi.json', import.meta.url), 'utf8')) as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>> | undefined>>;
};

// All of its schemas are of keywords that JSON Schema has had since draft 7.
const ajv = new Ajv({ schemaId: 'auto', unknownFormats: 'ignore' } as object);
ajv.addSchema(contract, 'contract');

/** A pointer into the description, as a URI fragment. */
const at = (...path: readonly string[]): { readonly $ref: string } => ({ $ref: `contract#/${path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}` });

function holds(value: unknown, ...path: readonly string[]): void {
  const validate = ajv.compile(at(...path));
  assert.ok(validate(value), `${path.join(' ')}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}

const course: Course = {
  id: 'https://p.example/c', title: { en: 'C', 'zh-CN': '课' }, format: 'course',
  children: [{ type: 'unit', kind: 'video', id: 'a', title: 'A', moveOn: 'Completed', sources: [{ src: 'a.mp4' }] }],
};
const outcome: OutcomeReport = { completed: true, success: 'passed', score: { scaled: 0.9, raw: 18, min: 0, max: 20 }, progress: 1, seconds: 9 };

describe('the REST contract', () => {
  it('describes every request of the plugin and every answer of a platform', async () => {
    const platform = new ReferencePlatform();
    const connection = await fetchPlugin({ url: PLATFORM_URL, fetch: platform.fetch }).connect({ course });
    const session = createSession({ course, connection });
    const key = { activityId: course.id, stateId: 'lectern.session' };
    await connection.loadState(key);
    const { recorded } = session.dispatch({ unitId: 'a', type: 'initialized', length: 10 });
    await recorded[0]!.receipt.reached('stored');
    await connection.saveState(key, { current: 'a' }).reached('stored');
    await connection.saveState(key, { current: 'b' }, { mode: 'replace' }).reached('stored');
    await connection.loadState(key);
    await connection.report(outcome);
    await connection.report({ ...outcome, unitId: 'a' });
    await connection.close();

    const said = new Set<string>();
    for (const { method, path, body, status, answer } of platform.exchanges) {
      const name = method.toLowerCase();
      const operation = contract.paths[path]?.[name];
      assert.ok(operation, `${method} ${path} is not described.`);
      said.add(`${name} ${path}`);
      if (body !== undefined) holds(body, 'paths', path, name, 'requestBody', 'content', 'application/json', 'schema');
      assert.ok(operation.responses[String(status)], `${status} of ${method} ${path} is not described.`);
      if (answer !== undefined) holds(answer, 'paths', path, name, 'responses', String(status), 'content', 'application/json', 'schema');
    }
    const described = Object.entries(contract.paths).flatMap(([path, operations]) => Object.keys(operations!).filter((name) => name !== 'parameters').map((name) => `${name} ${path}`));
    assert.deepEqual([...said].sort(), described.sort());
  });

  it('has every request say that it comes from a page of ours, with the page’s own headers, and no token where there is none', async () => {
    const platform = new ReferencePlatform();
    const seen: RequestInit[] = [];
    const fetch: typeof globalThis.fetch = (url, init) => (seen.push(init!), platform.fetch(url, init));
    await (await fetchPlugin({ url: PLATFORM_URL, fetch, headers: () => ({ 'X-CSRF-Token': 't' }) }).connect({ course })).close();
    const headers = new Headers(seen[0]!.headers);
    assert.deepEqual([headers.get('X-Requested-With'), headers.get('X-CSRF-Token'), headers.get('Authorization'), seen[0]!.credentials], ['lectern', 't', null, 'same-origin']);
    seen.length = 0;
    await (await fetchPlugin({ url: PLATFORM_URL, fetch, getToken: () => Promise.resolve('Bearer x') }).connect({ course })).close();
    assert.deepEqual([new Headers(seen[0]!.headers).get('Authorization'), seen[0]!.credentials], ['Bearer x', 'omit']);
  });

  const answers: readonly (readonly [string, unknown, string])[] = [
    ['nothing', null, ''],
    ['a list', [], ''],
    ['nobody', { registration: crypto.randomUUID() }, 'learner'],
    ['a learner without a home', { learner: { account: { name: 'x' } }, registration: crypto.randomUUID() }, 'learner.account.homePage'],
    ['a registration that is none', { learner: { account: { homePage: 'https://x.example', name: 'x' } }, registration: 7 }, 'registration'],
    ['a mode that there is not', { learner: { account: { homePage: 'https://x.example', name: 'x' } }, registration: crypto.randomUUID(), launchMode: 'Exam' }, 'launchMode'],
    ['a way back that runs', { learner: { account: { homePage: 'https://x.example', name: 'x' } }, registration: crypto.randomUUID(), returnUrl: 'javascript:1' }, 'returnUrl'],
  ];
  for (const [what, answer, field] of answers) {
    it(`refuses a session that is ${what}`, async () => {
      const plugin = fetchPlugin({ url: PLATFORM_URL, fetch: () => Promise.resolve(Response.json(answer)) });
      await assert.rejects(plugin.connect({ course }), (error: unknown) => error instanceof DeliveryError && error.code === 'launch-invalid' && error.field === field);
    });
  }

  it('is not spoken with what is no address', () => {
    assert.throws(() => fetchPlugin({ url: 'javascript:1' }), { code: 'launch-invalid', field: 'url' });
  });
});
