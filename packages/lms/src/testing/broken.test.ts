import { expect } from '@open-wc/testing';
import { createReceipt, newUuid, type LmsConnection, type LmsPlugin, type OutcomeReport, type Receipt, type StateContent, type Statement } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { checkConformance, conformanceTests, type ConformanceTest, type PlaceFault, type PlaceUnderTest } from './index.js';

type CampusPlugin = (options: { readonly url: string; readonly fetch: typeof fetch; readonly timeout: number }) => LmsPlugin;

/** The plugin of the documentation, as it is written there. */
async function documentedPlugin(): Promise<CampusPlugin> {
  const page = await (await fetch('/docs/writing-a-plugin.md')).text();
  const [, code] = /```js\n(import \{ connectPlatform[\s\S]*?)```/.exec(page) ?? [];
  const url = URL.createObjectURL(new Blob([code!.replace("'@lectern/lms'", `'${location.origin}/packages/lms/src/index.ts'`)], { type: 'text/javascript' }));
  return ((await import(url)) as { campusPlugin: CampusPlugin }).campusPlugin;
}

/** The campus's back end. */
class Campus {
  readonly registration = newUuid();
  readonly stored: Statement[] = [];
  readonly documents = new Map<string, StateContent>();
  outcome: OutcomeReport | undefined;
  fault: PlaceFault | undefined;
  /** It stores what it has already, or hands in what is old. */
  careless = false;

  readonly fetch: typeof fetch = async (input, init) => {
    if (this.fault === 'down') throw new TypeError('Failed to fetch');
    if (this.fault === 'busy' || this.fault === 'refused') return new Response('{}', { status: this.fault === 'busy' ? 503 : 401 });
    if (this.fault === 'garbage') return new Response('<html>');
    if (this.fault === 'silent') return new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const answer = this.#serve(String(input).split('/').at(-1)!, JSON.parse(String(init?.body)));
    if (this.fault === 'lost-answer') throw new TypeError('Failed to fetch');
    return answer === undefined ? new Response('', { status: 404 }) : Response.json(answer);
  };

  #serve(what: string, body: unknown): unknown {
    const { activityId, stateId, mode, content } = body as { activityId: string; stateId: string; mode: string; content: StateContent };
    const key = `${activityId} ${stateId}`;
    if (what === 'whoami') return { learner: { account: { homePage: 'https://campus.example', name: 'u-7' } }, registration: this.registration };
    if (what === 'load') return this.documents.get(key);
    if (what === 'save') this.documents.set(key, mode === 'merge' ? { ...this.documents.get(key), ...content } : content);
    if (what === 'grade' && (body as OutcomeReport).unitId === undefined) this.outcome = body as OutcomeReport;
    if (what !== 'records') return {};
    for (const statement of body as Statement[]) if (this.careless || !this.stored.some(({ id }) => id === statement.id)) this.stored.push(statement);
    return { stored: (body as Statement[]).map(({ id }) => id) };
  }
}

type Break = (connection: LmsConnection, campus: Campus) => Partial<Record<keyof LmsConnection, unknown>>;

function placeOf(plugin: CampusPlugin, broken: Break = () => ({}), over: (sound: LmsPlugin, campus: Campus) => Partial<LmsPlugin> = () => ({}), careless = false): PlaceUnderTest {
  const campus = new Campus();
  campus.careless = careless;
  return {
    plugin() {
      const sound = plugin({ url: `https://campus.example/${campus.registration}`, fetch: campus.fetch, timeout: 150 });
      return {
        name: sound.name,
        detect: () => true,
        async connect(options) {
          const connection = await sound.connect(options);
          return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(connection), ...Object.getOwnPropertyDescriptors(broken(connection, campus)) }) as LmsConnection;
        },
        ...over(sound, campus),
      };
    },
    statements: () => campus.stored.map(({ id }) => id),
    outcome: () => campus.outcome,
    faults: ['down', 'busy', 'refused', 'lost-answer', 'silent', 'garbage'],
    fail: (fault) => (campus.fault = fault),
  };
}

const claimed = (id: string): Receipt => createReceipt(id, 'stored').receipt;

function failing(id: string): Receipt {
  const { receipt, advance } = createReceipt(id);
  advance('failed', new DeliveryError('network', 'No.'));
  return receipt;
}

/** What a hurried author gets wrong, by the area that must find it. */
const BROKEN: readonly (readonly [what: string, area: ConformanceTest['area'], broken: Break, over?: (sound: LmsPlugin, campus: Campus) => Partial<LmsPlugin>, careless?: boolean])[] = [
  ['calls everything stored at once', 'recording', (sound) => ({ record: (statements: Statement[]) => (sound.record(statements), statements.map(({ id }) => claimed(id))) })],
  ['keeps nothing and says so of nothing', 'recording', () => ({ record: (statements: Statement[]) => statements.map(({ id }) => createReceipt(id).receipt) })],
  ['answers with a promise', 'recording', (sound) => ({ record: (statements: Statement[]) => Promise.resolve(sound.record(statements)) })],
  ['mixes up its receipts', 'recording', (sound) => ({ record: (statements: Statement[]) => sound.record(statements).reverse() })],
  ['forgets a receipt', 'recording', (sound) => ({ record: (statements: Statement[]) => sound.record(statements).slice(0, 1) })],
  ['records backwards', 'recording', (sound) => ({ record: (statements: Statement[]) => sound.record([...statements].reverse()).reverse() })],
  ['changes what it is given', 'recording', (sound) => ({ record: (statements: { id: string }[]) => (statements.forEach((one) => Object.assign(one, { version: '1.0.0' })), sound.record(statements as Statement[])) })],
  ['tells nobody', 'recording', (sound) => ({ delivery: { ...sound.delivery, subscribe: () => () => undefined } })],
  ['tells who has left', 'recording', (sound) => ({ delivery: { ...sound.delivery, subscribe: (listener: () => void) => (sound.delivery.subscribe(listener), () => undefined) } })],
  ['counts nothing', 'recording', (sound) => ({ delivery: { ...sound.delivery, getState: () => ({ waiting: 0, unsafe: 0, stored: 0, failed: 0 }) } })],
  ['stores twice what was sent twice', 'recording', () => ({}), undefined, true],
  ['throws when nothing answers', 'faults', (sound, campus) => ({
    record(statements: Statement[]) {
      if (campus.fault === 'down') throw new Error('offline');
      return sound.record(statements);
    },
  })],
  ['gives up when nothing answers', 'faults', (sound, campus) => ({ record: (statements: Statement[]) => (campus.fault ? statements.map(({ id }) => failing(id)) : sound.record(statements)) })],
  ['drops what it cannot send', 'faults', (sound, campus) => ({ record: (statements: Statement[]) => (campus.fault ? statements.map(({ id }) => createReceipt(id).receipt) : sound.record(statements)) })],
  ['says that nothing waits', 'faults', (sound, campus) => ({ delivery: { ...sound.delivery, getState: () => ({ ...sound.delivery.getState(), ...(campus.fault ? { waiting: 0 } : {}) }) } })],
  ['fails with no code', 'faults', () => ({}), (sound, campus) => ({
    connect: (options) => (campus.fault ? Promise.reject(new Error('oops')) : sound.connect(options)),
  })],
  ['replaces where it should merge', 'documents', (sound) => ({ saveState: (key: never, content: StateContent) => sound.saveState(key, content, { mode: 'replace' }) })],
  ['merges where it should replace', 'documents', (sound) => ({ saveState: (key: never, content: StateContent) => sound.saveState(key, content, { mode: 'merge' }) })],
  ['has one document for all', 'documents', (sound) => ({
    saveState: (_key: never, content: StateContent) => sound.saveState({ activityId: 'https://x.example', stateId: 'x' }, content),
    loadState: () => sound.loadState({ activityId: 'https://x.example', stateId: 'x' }),
  })],
  ['loads what was there before', 'documents', (sound) => {
    const seen = new Map<string, StateContent | undefined>();
    return {
      async loadState(key: { stateId: string }) {
        if (!seen.has(key.stateId)) seen.set(key.stateId, await sound.loadState(key as never));
        return seen.get(key.stateId);
      },
    };
  }],
  ['loses characters', 'documents', (sound) => ({ saveState: (key: never, content: StateContent) => sound.saveState(key, JSON.parse(JSON.stringify(content).replace(/[^ -~]/g, '?')) as StateContent) })],
  ['has a registration for each visit', 'connecting', () => ({ registration: newUuid() })],
  ['has a registration that is none', 'connecting', () => ({ registration: 'course-7' })],
  ['names nobody', 'connecting', () => ({ learner: { name: 'Ann' } })],
  ['is never at home', 'connecting', () => ({}), () => ({ detect: () => false })],
  ['resolves before the gradebook has it', 'outcomes', (sound) => ({ report: (outcome: OutcomeReport) => (void sound.report(outcome).catch(() => undefined), Promise.resolve()) })],
  ['keeps the first outcome', 'outcomes', (sound) => {
    let told = false;
    return { report: (outcome: OutcomeReport) => (told ? Promise.resolve() : ((told = true), sound.report(outcome))) };
  }],
  ['never ends', 'ending', () => ({ close: () => new Promise(() => undefined) })],
  ['ends once', 'ending', (sound) => {
    let closed = false;
    return { close: () => (closed ? Promise.reject(new Error('closed')) : ((closed = true), sound.close())) };
  }],
  ['calls stored what comes after its end', 'ending', (sound) => {
    let closed = false;
    return {
      close: () => ((closed = true), sound.close()),
      record: (statements: Statement[]) => (closed ? statements.map(({ id }) => claimed(id)) : sound.record(statements)),
    };
  }],
];

describe('the conformance kit', function () {
  this.timeout(60_000);
  let plugin: CampusPlugin;
  before(async () => (plugin = await documentedPlugin()));

  it('passes the plugin of the documentation', async () => {
    const { failed, skipped, passed } = await checkConformance({ place: () => placeOf(plugin) });
    expect(failed.map(({ message }) => message)).to.deep.equal([]);
    expect(skipped).to.deep.equal([]);
    expect(passed.length).to.be.greaterThan(20);
  });

  for (const [what, area, broken, over, careless] of BROKEN) {
    it(`fails a plugin that ${what}`, async () => {
      const tests = conformanceTests({ place: () => placeOf(plugin, broken, over, careless), patience: 700 }).filter((test) => test.area === area);
      const found: string[] = [];
      for (const { run } of tests) {
        await run().catch((error: Error) => found.push(error.message));
        if (found.length > 0) break;
      }
      expect(found, `nothing in ${area}`).not.to.deep.equal([]);
    });
  }
});
