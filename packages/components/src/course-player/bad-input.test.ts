import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { createReceipt, LecternError, type Course, type DocumentUnit, type LmsConnection, type ScormUnit, type StateContent } from '@lectern/core';
import './define.js';
import type { CoursePlayer } from './course-player.js';
import { courseOf, MemoryHost, video, type MemorySession } from './memory-host.fixture.js';

const text = (player: CoursePlayer): string => player.shadowRoot!.textContent!.replace(/\s+/g, ' ');
const find = <E extends Element = HTMLElement>(player: CoursePlayer, selector: string): E => player.shadowRoot!.querySelector<E>(selector)!;
const details = (player: CoursePlayer): Record<string, string> =>
  Object.fromEntries([...player.shadowRoot!.querySelectorAll('[role=alert] dl > div')].map((row) => [row.querySelector('dt')!.textContent!, row.querySelector('dd')!.textContent!]));

const page = (id: string): DocumentUnit => ({
  type: 'unit',
  kind: 'document',
  id,
  title: `Page ${id}`,
  moveOn: 'Completed',
  sources: [{ src: `data:text/markdown,${encodeURIComponent(`# Page ${id}\n\nWords.`)}`, type: 'text/markdown' }],
});

const sco: ScormUnit = { type: 'unit', kind: 'scorm', id: 'sco', title: 'A SCO', moveOn: 'CompletedOrPassed', version: '1.2', href: 'https://content.example/index.html' };

/** As the outbox's errors look from here. */
class StoreError extends LecternError<string> {}

/** A host that connects, while what the learner did before cannot be read. */
class DeafHost extends MemoryHost {
  deaf: Error | undefined = new StoreError('timeout', 'No answer in time.');
  past: StateContent | undefined;

  override async connect(course: Course): Promise<LmsConnection> {
    const connection = await super.connect(course);
    return { ...connection, loadState: () => (this.deaf ? Promise.reject(this.deaf) : Promise.resolve(this.past)) };
  }
}

/** Hands out receipts that have failed already, as the outbox does of what breaks the specification. */
class RefusingHost extends MemoryHost {
  override async connect(course: Course): Promise<LmsConnection> {
    const record: LmsConnection['record'] = (statements) =>
      statements.map(({ id }) => {
        const { receipt, advance } = createReceipt(id);
        advance('failed', new StoreError('statement-invalid', 'technical words', { field: 'object.id' }));
        return receipt;
      });
    return { ...(await super.connect(course)), record };
  }
}

class OtherHost extends MemoryHost {
  override async connect(course: Course): Promise<LmsConnection> {
    return { ...(await super.connect(course)), registration: '22222222-2222-4222-8222-222222222222' };
  }
}

async function mount(course: Course, host: MemoryHost, lang = 'en'): Promise<CoursePlayer> {
  const session = await fixture<MemorySession>(html`<memory-session lang=${lang}></memory-session>`);
  session.host = host;
  const player = document.createElement('course-player');
  player.course = course;
  session.append(player);
  await player.updateComplete;
  return player;
}

const waiting = ({ id }: Course): string[] => Object.keys(localStorage).filter((key) => key.startsWith('lectern.waiting.') && key.includes(id));
/** A page that has gone holds no lock any more. */
const gone = (key: string): Promise<void> => waitUntil(async () => !(await navigator.locks.query()).held?.some(({ name }) => name === key));
const kept = (course: Course): string => waiting(course).map((key) => localStorage.getItem(key)).join();

describe('bad input, as the learner meets it', function () {
  this.timeout(20_000);
  const { fetch } = globalThis;
  const { timeout } = AbortSignal;
  before(() => Promise.all([import('./units/document.js'), import('../internal/translate.js'), import('./open-session.js'), import('./course-formats.js'), import('./units/scorm.js')]));
  beforeEach(() => localStorage.clear());
  afterEach(() => {
    globalThis.fetch = fetch;
    AbortSignal.timeout = timeout;
  });

  describe('a course that does not come', () => {
    const src = '/course/that/is/bad.json';
    const good = (): Response => Response.json(courseOf(video('a')));
    const sound = courseOf(video('a'));

    const cases: readonly (readonly [name: string, answer: () => Response | Promise<Response>, code: string, en: string, zh: string, field?: string])[] = [
      ['404', () => new Response('', { status: 404 }), 'course-missing', 'There is no course at this address', '该地址没有课程'],
      ['403', () => new Response('', { status: 403 }), 'course-forbidden', 'This course is not open to you', '无权'],
      ['500', () => new Response('', { status: 500 }), 'course-refused', 'The course cannot be reached', '无法'],
      ['a refused connection', () => Promise.reject(new TypeError('Failed to fetch')), 'course-unreachable', 'Check your connection', '检查网络'],
      ['a page in place of JSON', () => new Response('<!doctype html><title>Sign in</title>', { headers: { 'content-type': 'text/html' } }), 'course-invalid', 'The course is damaged', '课程内容有误'],
      ['JSON that is cut off', () => new Response('{"id": "https://x.exa'), 'course-invalid', 'The course is damaged', '课程内容有误'],
      ['a course without a title', () => Response.json({ ...sound, title: undefined }), 'invalid-course', 'The course is damaged', '课程内容有误', 'title'],
      ['a unit without sources', () => Response.json({ ...sound, children: [{ ...video('a'), sources: undefined }] }), 'invalid-course', 'The course is damaged', '课程内容有误', 'children[0].sources'],
      ['an id that is no IRI', () => Response.json({ ...sound, id: 'no iri' }), 'invalid-course', 'The course is damaged', '课程内容有误', 'id'],
      ['XML that is malformed', () => new Response('<manifest><organizations></manifest>'), 'malformed-xml', 'The course is damaged', '课程内容有误', 'line 1'],
      ['a manifest of another standard', () => new Response('<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata></manifest>'), 'wrong-standard', 'The course is damaged', '课程内容有误', 'metadata/schema'],
      ['5 MB of XML', () => new Response(`<manifest>${' '.repeat(4_800_000)}</manifest>`), 'xml-too-large', 'The course is damaged', '课程内容有误'],
      ['more than 5 MB', () => new Response(`<manifest>${' '.repeat(5_100_000)}</manifest>`), 'course-too-large', 'The course is damaged', '课程内容有误'],
    ];

    for (const [name, answer, code, en, zh, field] of cases) {
      it(`says what is wrong with ${name}, in both languages, and recovers by a retry`, async () => {
        globalThis.fetch = (input, init) => (String(input).endsWith(src) ? Promise.resolve(answer()) : fetch(input, init));
        const player = await fixture<CoursePlayer>(html`<course-player lang="en" src=${src}></course-player>`);
        await waitUntil(() => player.state === 'error', 'an error', { timeout: 6000 });
        await player.updateComplete;
        expect(text(player)).to.contain(en);
        const shown = details(player);
        expect(shown['code']).to.equal(code);
        expect(shown['message']!.length).to.be.greaterThan(10);
        expect(`${shown['file']} ${shown['message']}`).to.contain('bad.json');
        if (field !== undefined) expect(shown['field']).to.contain(field);
        player.lang = 'zh-CN';
        await waitUntil(() => text(player).includes(zh), `${zh} in ${text(player)}`);
        expect(text(player)).to.contain('重试');
        globalThis.fetch = (input, init) => (String(input).endsWith(src) ? Promise.resolve(good()) : fetch(input, init));
        find(player, '[role=alert] button').click();
        await waitUntil(() => player.currentUnit?.id === 'a', 'the course');
      });
    }

    it('gives up on a server that hangs, and says so', async () => {
      AbortSignal.timeout = () => timeout.call(AbortSignal, 50);
      globalThis.fetch = (input, init) =>
        String(input).endsWith(src)
          ? new Promise((_resolve, reject) => init!.signal!.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))))
          : fetch(input, init);
      const player = await fixture<CoursePlayer>(html`<course-player lang="en" src=${src}></course-player>`);
      expect(player.state).to.equal('loading');
      await waitUntil(() => player.state === 'error');
      await player.updateComplete;
      expect(details(player)).to.include({ code: 'course-unreachable' });
      expect(details(player)['message']).to.contain('did not answer within 30 s');
      expect(find(player, '[role=alert] button').textContent).to.contain('Try again');
    });
  });

  describe('a record store that fails', () => {
    const refusals: readonly (readonly [code: string, en: string, zh: string])[] = [
      ['rejected', 'Could not be saved: the record store refuses it (rejected, result.score).', '无法保存：记录库拒绝接收'],
      ['conflict', 'Could not be saved: the record store has another record in its place', '无法保存：记录库中已有另一条'],
      ['too-large', 'Could not be saved: it is too large', '无法保存：内容过大'],
      ['statement-invalid', 'Could not be saved: it breaks the rules for records (statement-invalid, result.score).', '无法保存：不符合记录规范'],
    ];
    for (const [code, en, zh] of refusals) {
      it(`says in words that a record was not saved: ${code}`, async () => {
        const host = new MemoryHost();
        const player = await mount(courseOf(page('1')), host);
        await waitUntil(() => host.controls.length > 0);
        host.controls[0]!.advance('failed', new StoreError(code, 'technical words', { field: 'result.score' }));
        host.setDelivery({ failed: 1 });
        await waitUntil(() => text(player).includes(en), `${en} in ${text(player)}`);
        expect(text(player)).to.contain('Tell the support of this site');
        expect(text(player)).not.to.contain('All saved');
        player.lang = 'zh-CN';
        await waitUntil(() => text(player).includes(zh), `${zh} in ${text(player)}`);
      });
    }

    it('says so of a record that was refused before it was handed out', async () => {
      const host = new RefusingHost();
      const player = await mount(courseOf(page('1')), host);
      host.setDelivery({ failed: 1 });
      await waitUntil(() => text(player).includes('it breaks the rules for records (statement-invalid, object.id)'), text(player));
    });

    it('still says what waits and is unsafe when another record was refused, and what an earlier visit left refused', async () => {
      const host = new MemoryHost();
      const player = await mount(courseOf(page('1')), host);
      await waitUntil(() => player.session);
      host.setDelivery({ failed: 2 });
      await waitUntil(() => text(player).includes('2 could not be saved'));
      host.setDelivery({ failed: 2, waiting: 3, unsafe: 3, held: 'storage' });
      await waitUntil(() => text(player).includes('Keep this page open: 3 not saved anywhere yet · 2 could not be saved'));
      expect(find(player, '.delivery button')).to.exist;
    });

    for (const [held, en, zh] of [
      ['unauthorized', 'waiting until you sign in again', '重新登录'],
      ['busy', 'the record store is busy', '记录库繁忙'],
      ['unreachable', 'the record store cannot be reached', '无法连接记录库'],
      ['consent', 'kept in this browser until you agree', '待你同意记录后发送'],
      ['locked', 'the key to them is missing', '缺少密钥'],
    ] as const) {
      it(`says what waits for what: ${held}`, async () => {
        const host = new MemoryHost();
        const player = await mount(courseOf(page('1')), host);
        await waitUntil(() => player.session);
        host.setDelivery({ waiting: 4, held });
        await waitUntil(() => text(player).includes(en));
        player.lang = 'zh-CN';
        await waitUntil(() => text(player).includes(zh));
        expect(text(player)).to.contain('4');
      });
    }
  });

  describe('a first visit while the record cannot be read', () => {
    it('plays, keeps what happens in the browser, says so, and tells it once when the record is back', async () => {
      const host = new DeafHost();
      const course = courseOf(page('1'), page('2'));
      const player = await mount(course, host);
      await waitUntil(() => player.currentUnit?.id === '1', 'content');
      await waitUntil(() => text(player).includes('Kept in this browser until your record can be reached: the record store cannot be reached (timeout)'), text(player));
      expect(waiting(course)).to.have.length(1);
      expect(kept(course)).to.contain('initialized');
      player.lang = 'zh-CN';
      await waitUntil(() => text(player).includes('先保存在此浏览器中'));
      host.deaf = undefined;
      dispatchEvent(new Event('online'));
      await waitUntil(() => host.verbs.length > 0);
      expect(host.verbs.filter((verb) => verb === 'initialized')).to.have.length(1);
      expect(waiting(course)).to.deep.equal([]);
    });

    it('loses nothing when the page is closed meanwhile: the next visit tells it, with its time, before its own', async () => {
      const host = new DeafHost();
      const course = courseOf(page('1'), page('2'));
      const first = await mount(course, host);
      await waitUntil(() => waiting(course).length === 1);
      const began = Date.now();
      await waitUntil(() => kept(course).includes('completed'), 'the page is read', { timeout: 6000 });
      const [key] = waiting(course);
      first.parentElement!.remove();
      await gone(key!);
      expect(kept(course)).to.contain('terminated');
      expect(host.statements).to.have.length(0);

      host.deaf = undefined;
      const second = await mount(course, host);
      await waitUntil(() => second.session);
      await waitUntil(() => host.verbs.length >= 4, host.verbs.join());
      const told = host.verbs.filter((verb) => verb !== 'progressed');
      expect(told.slice(0, 3)).to.deep.equal(['initialized', 'completed', 'terminated']);
      expect(Date.parse(host.statements[0]!.timestamp)).to.be.lessThan(began + 50);
      expect(second.session!.getState().units['1']!.completed).to.equal(true);
      expect(waiting(course)).to.deep.equal([]);
    });

    it('tells no completion twice that an earlier visit told on another device', async () => {
      const host = new DeafHost();
      const course = courseOf(page('1'));
      const player = await mount(course, host);
      await waitUntil(() => waiting(course).length === 1 && kept(course).includes('completed'), 'read', { timeout: 6000 });
      host.past = { 'unit:1': { completed: true, progress: 1, sessions: 1 } };
      host.deaf = undefined;
      find(player, '.delivery button').click();
      await waitUntil(() => host.verbs.includes('initialized'));
      expect(host.verbs).not.to.contain('completed');
    });

    it('keeps one learner’s doings from another', async () => {
      const deaf = new DeafHost();
      const course = courseOf(page('1'));
      const player = await mount(course, deaf);
      await waitUntil(() => waiting(course).length === 1);
      const other = new OtherHost();
      (player.parentElement as MemorySession).host = other;
      await waitUntil(() => other.verbs.includes('initialized'));
      expect(other.verbs.filter((verb) => verb === 'initialized')).to.have.length(1);
      expect(waiting(course), 'what the first one did still waits for the first one').to.have.length(1);
    });

    it('says that a SCO opens by itself, and opens it', async () => {
      const host = new DeafHost();
      const player = await mount(courseOf(sco, page('2')), host);
      await waitUntil(() => text(player).includes('This unit opens by itself as soon as your record can be reached'), text(player));
      await player.open('2');
      await waitUntil(() => find(player, '.unit')?.shadowRoot?.querySelector('article'));
      expect(text(player)).not.to.contain('opens by itself');
    });

    it('says that nothing is saved where the browser keeps nothing either', async () => {
      const { setItem } = Storage.prototype;
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
      try {
        const player = await mount(courseOf(page('1')), new DeafHost());
        await waitUntil(() => text(player).includes('nothing is saved yet: the record store cannot be reached'));
        expect(player.currentUnit!.id).to.equal('1');
      } finally {
        Storage.prototype.setItem = setItem;
      }
    });

    it('takes nothing for an event that is none', async () => {
      const host = new DeafHost();
      const course = courseOf(page('1'));
      const first = await mount(course, host);
      await waitUntil(() => waiting(course).length === 1);
      const [key] = waiting(course);
      first.parentElement!.remove();
      await gone(key!);
      for (const [index, value] of ['{', 'null', '{"events":5}', '{"events":[null,7,{"type":"completed"},{"type":"completed","unitId":"gone"}]}'].entries()) localStorage.setItem(`${key}-${index}`, value);
      host.deaf = undefined;
      const player = await mount(course, host);
      await waitUntil(() => player.session && host.verbs.filter((verb) => verb === 'initialized').length === 2, host.verbs.join());
      expect(waiting(course)).to.deep.equal([]);
    });
  });
});
