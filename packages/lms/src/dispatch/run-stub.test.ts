import { expect, waitUntil } from '@open-wc/testing';
import { StubLrs, type Fault, type Seen } from '../stub-lrs.fixture.js';

/** The test server by its other name: the owner's origin. */
const OWNER = location.origin.replace('localhost', '127.0.0.1');
const LAUNCH = {
  endpoint: 'https://lrs.example/xapi/', auth: 'Basic YTpi', actor: '{"account":{"homePage":"https://lms.example","name":"2026-0017"}}', registration: '2f1f6c3e-7e0b-4b7e-9a3c-6f0a4e1d2b3c', activity_id: 'https://lms.example/c/7',
};

/** The page of a Tin Can stub in an LMS's frame, as it was launched; what it shows is of another origin, and says that the learner has passed. */
describe('the stub of a dispatched course, as Tin Can', function () {
  this.timeout(20_000);
  let frame: HTMLIFrameElement;
  let lrs: StubLrs;
  let later: (() => void)[];
  const verbs = (): string[] => lrs.statements.map(({ verb }) => verb.id.split('/').pop()!);
  const alarm = (): HTMLElement | null => frame.contentDocument!.querySelector('.alarm');
  const shown = (): HTMLIFrameElement | null => frame.contentDocument!.querySelector('iframe');

  function open(launch: Readonly<Record<string, string | undefined>>, fault: (request: Seen) => Fault = () => 'pass', language = 'en'): Promise<void> {
    lrs.fault = fault;
    const given = Object.entries(launch).filter((entry): entry is [string, string] => entry[1] !== undefined);
    frame.src = `/packages/lms/src/dispatch/stub.fixture.html?${new URLSearchParams(given)}`;
    const url = `${OWNER}/packages/lms/src/parent/content.fixture.html?around=${encodeURIComponent(location.origin)}`;
    return new Promise((onRun) => {
      (window as Window & { lms?: object }).lms = { fetch: lrs.fetch, language, later, onRun, data: { as: 'xapi', url, salt: 's', identity: 'pseudonym', course: 'urn:lectern:dispatch:abc', title: 'Knots' } };
      document.body.append(frame);
    });
  }

  beforeEach(() => {
    frame = document.createElement('iframe');
    frame.title = 'LMS';
    lrs = new StubLrs();
    later = [];
  });
  afterEach(() => {
    frame.remove();
    delete (window as Window & { lms?: object }).lms;
  });

  it('begins, tells what the course came to, and ends when the page is left', async function () {
    if (OWNER === location.origin) this.skip();
    await open(LAUNCH);
    expect([shown()!.title, shown()!.referrerPolicy, new URL(shown()!.src).search.includes('Basic')]).to.deep.equal(['Knots', 'origin', false]);
    await waitUntil(() => verbs().length >= 3, 'an outcome');
    expect(verbs()).to.deep.equal(['initialized', 'completed', 'passed']);
    expect(alarm()).to.equal(null);
    frame.src = 'about:blank';
    await waitUntil(() => verbs().includes('terminated'), 'an end');
    expect(verbs().slice(3)).to.deep.equal(['terminated']);
    expect(lrs.seen.at(-1)!.keepalive).to.equal(true);
    // Nobody's name but to the LRS, which has given it.
    expect(lrs.statements.every(({ actor }) => actor.account?.name === '2026-0017')).to.equal(true);
  });

  it('says in the learner’s language why it does not begin, and shows nothing', async () => {
    for (const [launch, fault, words] of [
      [{ ...LAUNCH, actor: '{' }, 'pass', /launch-invalid: The actor is not JSON/],
      [{ ...LAUNCH, auth: undefined }, 'pass', /launch-invalid: The launch has no "auth"/],
      [LAUNCH, { status: 401 }, /unauthorized: The LMS does not take the token/],
      [LAUNCH, { status: 403 }, /unauthorized: /],
      [LAUNCH, { status: 500 }, /server-error: The LRS answered 500/],
      [LAUNCH, 'refuse', /network: /],
    ] as const) {
      for (const [language, start] of [['en', /^The LMS did not start this course/], ['zh-CN', /^学习平台未能启动本课程/]] as const) {
        await open(launch, () => fault, language);
        expect(alarm()!.textContent).to.match(words).and.to.match(start);
        expect([alarm()!.lang, alarm()!.querySelector('small')!.lang, shown()]).to.deep.equal([language, 'en', null]);
        frame.remove();
      }
    }
  });

  it('says that a result is not taken, tells it again, and then says nothing any more', async function () {
    if (OWNER === location.origin) this.skip();
    let down = true;
    await open(LAUNCH, ({ path, body }) => (down && path === 'statements' && body.includes('completed') ? { status: 503 } : 'pass'));
    await waitUntil(() => alarm(), 'words');
    expect(alarm()!.textContent).to.match(/^Your LMS does not take your result at the moment.*\(busy: The LRS answered 503/);
    down = false;
    later.shift()!();
    await waitUntil(() => verbs().includes('passed') && !alarm(), 'it was taken');
    expect(verbs()).to.deep.equal(['initialized', 'completed', 'passed']);
  });

  it('says that a result is refused for good', async function () {
    if (OWNER === location.origin) this.skip();
    await open(LAUNCH, ({ path, body }) => (path === 'statements' && !body.includes('initialized') ? { status: 403 } : 'pass'));
    await waitUntil(() => alarm(), 'words');
    expect(alarm()!.textContent).to.match(/^Your LMS does not take your result\. Open the course from the LMS again.*\(unauthorized: /);
    expect(shown()).not.to.equal(null);
  });

  it('lets a learner look where nobody has launched it', async () => {
    await open({});
    expect(alarm()!.textContent).to.match(/^No LMS was found/);
    expect(shown()).not.to.equal(null);
    expect(lrs.seen).to.deep.equal([]);
  });
});
