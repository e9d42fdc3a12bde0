import { expect, waitUntil } from '@open-wc/testing';
import { newUuid, type OutcomeReport, type StateContent, type Statement } from '@lectern/core';
import { hostLearning, type HostedLearning, type HostLearningOptions } from '../host/index.js';
import type { DeliveryError } from '../outbox/delivery-error.js';

/** The test server by its other name: another origin. */
const CONTENT = location.origin.replace('localhost', '127.0.0.1');
const learner = { account: { homePage: 'https://mooc.example', name: 'u-1' } };

/** A frame of another origin, and a platform around it that keeps everything in memory. */
describe('a platform around content of another origin', function () {
  this.timeout(20_000);
  let frame: HTMLIFrameElement;
  let hosted: HostedLearning | undefined;
  const kept = { statements: [] as Statement[], documents: new Map<string, StateContent>(), outcomes: [] as OutcomeReport[], errors: [] as DeliveryError[] };

  function show(around: string, more: Partial<HostLearningOptions> = {}, src = `${CONTENT}/packages/lms/src/parent/content.fixture.html?around=${encodeURIComponent(around)}`): void {
    frame = document.createElement('iframe');
    frame.title = 'Content';
    frame.src = src;
    hosted = hostLearning(frame, {
      learner, registration: newUuid(),
      load: ({ stateId }) => Promise.resolve(kept.documents.get(stateId)),
      save: ({ stateId }, document) => Promise.resolve(kept.documents.set(stateId, document)),
      record: (statements) => Promise.resolve(kept.statements.push(...statements)),
      report: (outcome) => Promise.resolve(kept.outcomes.push(outcome)),
      onError: (error) => kept.errors.push(error),
      ...more,
    });
    document.body.append(frame);
  }

  beforeEach(() => {
    kept.statements.length = kept.outcomes.length = kept.errors.length = 0;
    kept.documents.clear();
  });
  afterEach(async () => {
    await hosted?.close(0);
    frame.remove();
  });

  it('is told all, and keeps it', async function () {
    if (CONTENT === location.origin) this.skip();
    kept.documents.set('lectern.session', { before: 1 });
    show(location.origin);
    await waitUntil(() => kept.outcomes.length > 0, 'an outcome');
    expect(kept.statements.map(({ verb }) => verb.id)).to.deep.equal(['http://adlnet.gov/expapi/verbs/completed']);
    expect(kept.documents.get('lectern.session')).to.deep.equal({ before: 1, 片: '🎬' });
    expect(kept.outcomes[0]).to.deep.include({ completed: true, success: 'passed' });
    expect(kept.errors).to.deep.equal([]);
  });

  it('is told nothing where content expects another page around it', async function () {
    if (CONTENT === location.origin) this.skip();
    const heard: unknown[] = [];
    const listen = ({ data, source }: MessageEvent): void => void (source === frame.contentWindow && heard.push(data));
    addEventListener('message', listen);
    show('https://elsewhere.example');
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    await new Promise((resolve) => setTimeout(resolve, 600));
    removeEventListener('message', listen);
    expect(heard).to.deep.equal([]);
  });

  /** Content that is not ours speaks to the page as it likes. */
  function speak(say: (port: MessagePort) => void): Promise<unknown[]> {
    return new Promise((resolve) => {
      const answers: unknown[] = [];
      const view = frame.contentWindow as Window & { speak?: unknown };
      const nonce = newUuid();
      view.addEventListener('message', ({ data, ports: [port] }) => {
        if ((data as { nonce?: string }).nonce !== nonce || !port) return;
        port.onmessage = ({ data: answer }) => {
          answers.push(answer);
          if ((answer as { id: number }).id === 99) resolve(answers);
        };
        say(port);
        port.postMessage({ id: 99, ask: 'load', with: { key: { activityId: 'urn:a', stateId: 'end' } } });
      });
      const script = view.document.createElement('script');
      script.textContent = `parent.postMessage({ lectern: 'hello', versions: [1, 2], nonce: ${JSON.stringify(nonce)} }, ${JSON.stringify(location.origin)})`;
      view.document.body.append(script);
    });
  }

  const statement = (more: object = {}): object => ({ id: newUuid(), actor: learner, verb: { id: 'urn:v' }, object: { id: 'urn:o' }, timestamp: '2026-01-01T00:00:00.000Z', ...more });

  const HOSTILE: readonly (readonly [string, string, unknown, string | undefined])[] = [
    ['statements about another', 'record', { statements: [statement({ actor: { account: { homePage: 'https://mooc.example', name: 'u-2' } } })] }, 'statements[0].actor'],
    ['statements about a group of the learner', 'record', { statements: [statement({ actor: { objectType: 'Group', member: [learner] } })] }, 'statements[0].actor'],
    ['statements of another registration', 'record', { statements: [statement({ context: { registration: newUuid() } })] }, 'statements[0].context.registration'],
    ['statements that are none', 'record', { statements: 'x' }, 'statements'],
    ['a statement without an id', 'record', { statements: [statement({ id: 1 })] }, 'statements[0].id'],
    ['a thousand statements', 'record', { statements: Array.from({ length: 1000 }, () => ({})) }, 'statements'],
    ['a document of nothing', 'save', { key: {}, content: {} }, 'key.activityId'],
    ['a document that is a list', 'save', { key: { activityId: 'urn:a', stateId: 's' }, content: [] }, 'content'],
    ['a document too large', 'save', { key: { activityId: 'urn:a', stateId: 's' }, content: { x: 'x'.repeat(2_100_000) } }, 'content'],
    ['an outcome of 200 %', 'report', { outcome: { completed: true, progress: 1, seconds: 1, score: { scaled: 2 } } }, 'outcome.score.scaled'],
    ['an outcome in words', 'report', { outcome: { completed: 'yes', progress: 1, seconds: 1 } }, 'outcome.completed'],
    ['an outcome of infinite time', 'report', { outcome: { completed: true, progress: 1, seconds: Infinity } }, 'outcome.seconds'],
    ['nothing at all', 'report', undefined, 'outcome'],
    ['a question that there is not', 'delete', {}, undefined],
  ];

  it('takes nothing that it must not from content that is not ours, and says what was wrong', async () => {
    show('', { origin: location.origin }, '/packages/lms/src/parent/empty.fixture.html');
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    const answers = await speak((port) => {
      HOSTILE.forEach(([, ask, content], index) => port.postMessage({ id: index, ask, with: content }));
      for (const noise of [null, 7, 'x', [], { id: 'x', ask: 'open' }, { lectern: 'welcome' }]) port.postMessage(noise);
    });
    expect(kept.statements).to.deep.equal([]);
    expect(kept.outcomes).to.deep.equal([]);
    expect(kept.documents.size).to.equal(0);
    const refused = HOSTILE.flatMap(([, , , field]) => field ?? []);
    expect(kept.errors.map(({ code, field }) => `${code} ${field}`)).to.have.members(refused.map((field) => `message-invalid ${field}`));
    expect(answers.filter((answer) => (answer as { error?: unknown }).error)).to.have.length(refused.length);
  });

  it('does not hear another window, nor another origin', async () => {
    show('', { origin: 'https://content.example' }, '/packages/lms/src/parent/empty.fixture.html');
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    let welcomed = 0;
    frame.contentWindow!.addEventListener('message', () => welcomed++);
    addEventListener('message', () => undefined, { once: true });
    postMessage({ lectern: 'hello', versions: [1], nonce: 'n' }, location.origin);
    const script = frame.contentDocument!.createElement('script');
    script.textContent = `parent.postMessage({ lectern: 'hello', versions: [1], nonce: 'n' }, ${JSON.stringify(location.origin)})`;
    frame.contentDocument!.body.append(script);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(welcomed).to.equal(0);
  });

  it('needs to be told where content is from', () => {
    const bare = document.createElement('iframe');
    document.body.append(bare);
    const options: HostLearningOptions = { learner, registration: newUuid(), load: () => Promise.resolve(undefined), save: () => Promise.resolve(), report: () => Promise.resolve() };
    expect(() => hostLearning(bare, options)).to.throw().with.property('field', 'origin');
    expect(() => hostLearning(bare, { ...options, origin: 'javascript:1' })).to.throw().with.property('code', 'launch-invalid');
    expect(() => hostLearning(bare, { ...options, origin: CONTENT, registration: 'x' })).to.throw().with.property('field', 'registration');
    bare.remove();
  });
});
