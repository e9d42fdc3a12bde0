import { aTimeout, expect, fixture, html, oneEvent, waitUntil } from '@open-wc/testing';
import type { Course, DocumentUnit } from '@lectern/core';
import { sendKeys } from '@web/test-runner-commands';
import './define.js';
import type { LearningStatementEvent } from '../internal/learning-statement-event.js';
import type { LecternErrorEvent } from '../internal/lectern-error-event.js';
import type { UnitChangeEvent } from './course-player.events.js';
import type { CoursePlayer } from './course-player.js';
import { courseOf, MemoryHost, video, type MemorySession } from './memory-host.fixture.js';

const text = (player: CoursePlayer): string => player.shadowRoot!.textContent!.replace(/\s+/g, ' ');
const find = <E extends Element = HTMLElement>(player: CoursePlayer, selector: string): E => player.shadowRoot!.querySelector<E>(selector)!;
const media = (player: CoursePlayer): HTMLVideoElement => find(player, '.unit').shadowRoot!.querySelector('video')!;
const urlOf = (body: unknown): string => URL.createObjectURL(new Blob([typeof body === 'string' ? body : JSON.stringify(body)]));

const page = (id: string): DocumentUnit => ({
  type: 'unit',
  kind: 'document',
  id,
  title: { en: `Page ${id}`, 'zh-CN': `第 ${id} 页` },
  moveOn: 'Completed',
  sources: [{ src: `data:text/markdown,${encodeURIComponent(`# Page ${id}\n\nWords.`)}`, type: 'text/markdown' }],
});

async function mount(course: Course, host?: MemoryHost): Promise<CoursePlayer> {
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  if (host) session.host = host;
  const player = document.createElement('course-player');
  player.course = course;
  (host ? session : (session.parentElement as HTMLElement)).append(player);
  if (!host) session.remove();
  await player.updateComplete;
  return player;
}

const settled = (player: CoursePlayer): Promise<void> => waitUntil(() => player.session !== undefined && player.currentUnit !== undefined, 'a session and a unit');

async function broken(body: unknown): Promise<CoursePlayer> {
  const player = await fixture<CoursePlayer>(html`<course-player lang="en" src=${urlOf(body)}></course-player>`);
  await waitUntil(() => player.state === 'error', `state is ${player.state}`, { timeout: 5000 });
  await player.updateComplete;
  return player;
}

describe('<course-player>', () => {
  // The first import compiles it, which takes the test server a while.
  before(() => Promise.all([import('./units/document.js'), import('../internal/translate.js'), import('./open-session.js')]));
  beforeEach(() => localStorage.clear());

  describe('before and without a course', () => {
    it('shows shapes while it loads, and is accessible', async () => {
      const player = await fixture<CoursePlayer>(html`<course-player lang="en"></course-player>`);
      expect(player.state).to.equal('loading');
      expect(player.matches(':state(loading)')).to.equal(true);
      expect(find(player, '.skeleton')).to.exist;
      await expect(player).to.be.accessible();
    });

    it('says that a course has no units', async () => {
      const player = await mount(courseOf());
      await waitUntil(() => player.state === 'empty');
      await player.updateComplete;
      expect(text(player)).to.contain('no units yet');
      await expect(player).to.be.accessible();
    });

    for (const [name, body, code] of [
      ['words that are no JSON', 'once upon a time', 'course-invalid'],
      ['an array', [], 'invalid-course'],
      ['a unit of an unknown kind', { id: 'https://x.example/c', title: 'C', format: 'course', children: [{ type: 'unit', kind: '__proto__', id: 'a', title: 'A', moveOn: 'Completed' }] }, 'invalid-course'],
      ['a source with a script in it', { id: 'https://x.example/c', title: 'C', format: 'course', children: [{ ...video('a'), sources: [{ src: 'javascript:alert(1)' }] }] }, 'invalid-course'],
      ['two units of one id', { id: 'https://x.example/c', title: 'C', format: 'course', children: [video('a'), video('a')] }, 'identifier-duplicate'],
      ['XML of no standard', '<?xml version="1.0"?><manifest xmlns="urn:nobody"/>', undefined],
      ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', 'doctype'],
    ] as const) {
      it(`refuses ${name} with a typed error that people can read`, async () => {
        const player = await broken(body);
        const details = [...player.shadowRoot!.querySelectorAll('dd')].map((item) => item.textContent);
        expect(text(player)).to.match(/damaged/);
        if (code) expect(details).to.include(code);
        expect(find(player, '[role=alert] button').textContent).to.contain('Try again');
        await expect(player).to.be.accessible();
      });
    }

    it('names the field that is wrong', async () => {
      const player = await broken({ id: 'https://x.example/c', title: 'C', format: 'course', children: [{ ...video('a'), completionThreshold: 7 }] });
      expect(text(player)).to.contain('children[0].completionThreshold');
    });

    it('tells a missing course from one that cannot be reached, and recovers', async () => {
      const player = document.createElement('course-player');
      player.lang = 'en';
      player.src = '/there/is/no/course.json';
      const parent = await fixture(html`<div></div>`);
      setTimeout(() => parent.append(player));
      const { error } = (await oneEvent(player, 'lectern-error')) as LecternErrorEvent;
      expect(error.code).to.equal('course-missing');
      player.src = urlOf(courseOf(video('a')));
      await waitUntil(() => player.state === 'ready');
      expect(player.currentUnit!.id).to.equal('a');
    });

    it('says so when the unit asked for does not exist, and the contents lead on', async () => {
      const course = courseOf(page('1'), page('2'));
      const player = document.createElement('course-player');
      Object.assign(player, { lang: 'en', course, unit: 'nowhere' });
      (await fixture(html`<div></div>`)).append(player);
      await waitUntil(() => text(player).includes('no such unit') && find(player, '.entry'));
      find(player, '.entry').click();
      await waitUntil(() => player.currentUnit?.id === '1');
    });
  });

  describe('with a course', () => {
    it('says plainly that nothing is recorded without a session, and still tells the page', async () => {
      const player = await mount(courseOf(video('a'), page('b')));
      const { statement, receipt } = (await oneEvent(player, 'learning-statement')) as LearningStatementEvent;
      expect(statement.verb.id).to.match(/initialized$/);
      expect(receipt.status).to.equal('pending');
      expect(receipt.error!.code).to.equal('not-recorded');
      await settled(player);
      expect(text(player)).to.contain('Nothing is recorded here');
      await expect(player).to.be.accessible();
    });

    it('opens units by click, key and method, moves the focus to the title, and ends what it leaves', async () => {
      const host = new MemoryHost();
      const player = await mount(courseOf(page('1'), page('2'), page('3')), host);
      await settled(player);
      await waitUntil(() => host.verbs.includes('initialized'));
      expect(player.shadowRoot!.activeElement, 'loading takes no focus').to.equal(null);

      const changed = oneEvent(player, 'lectern-unit-change') as Promise<UnitChangeEvent>;
      find(player, '.next').focus();
      await sendKeys({ press: 'Enter' });
      const { unit, previous } = await changed;
      expect([previous!.id, unit!.id]).to.deep.equal(['1', '2']);
      await waitUntil(() => player.shadowRoot!.activeElement?.matches('.unit-title'), 'focus on the title');
      expect(host.verbs.filter((verb) => verb !== 'progressed').slice(0, 3)).to.deep.equal(['initialized', 'suspended', 'terminated']);
      expect(find(player, '[aria-current]').textContent).to.contain('Page 2');

      await player.next();
      expect(player.currentUnit!.id).to.equal('3');
      await player.next();
      expect(player.currentUnit!.id).to.equal('3');
      await player.previous();
      expect(player.currentUnit!.id).to.equal('2');
      let thrown: unknown;
      await player.open('x').catch((error: unknown) => (thrown = error));
      expect((thrown as { code: string }).code).to.equal('unit-unknown');
    });

    it('leaves with a suspension and goes on where it was', async () => {
      const host = new MemoryHost();
      const player = await mount(courseOf(page('1'), page('2')), host);
      await settled(player);
      await player.open('2');
      find(player, '.leave').click();
      await waitUntil(() => player.currentUnit === undefined);
      await player.updateComplete;
      expect(host.verbs.slice(-2)).to.deep.equal(['suspended', 'terminated']);
      await waitUntil(() => text(player).includes('You can go on where you stopped'));
      expect(player.shadowRoot!.activeElement?.textContent).to.contain('You have left the course');
      await expect(player).to.be.accessible();
      find(player, '.left button').click();
      await waitUntil(() => player.currentUnit?.id === '2');
      await waitUntil(() => host.verbs.includes('resumed'));
    });

    it('offers the way back that the LMS names, and ends its session before', async () => {
      const host = new MemoryHost();
      host.returnUrl = `${location.href.split('#')[0]}#returned`;
      const player = await mount(courseOf(page('1'), page('2')), host);
      await settled(player);
      find(player, '.leave').click();
      await waitUntil(() => player.shadowRoot!.querySelector('.left .back'));
      await expect(player).to.be.accessible();
      find(player, '.left .back').click();
      await waitUntil(() => location.hash === '#returned');
      expect(host.closed).to.equal(1);
      history.replaceState(null, '', location.pathname + location.search);
    });

    it('offers no way back that runs', async () => {
      const host = new MemoryHost();
      host.returnUrl = 'javascript:alert(1)';
      const player = await mount(courseOf(page('1'), page('2')), host);
      await settled(player);
      find(player, '.leave').click();
      await waitUntil(() => player.shadowRoot!.querySelector('.left .go-on'));
      expect(player.shadowRoot!.querySelector('.left .back')).to.equal(null);
    });

    it('resumes in the unit where the learner was, on another device too', async () => {
      const host = new MemoryHost();
      const course = courseOf(video('a'), video('b'), page('c'));
      const first = await mount(course, host);
      await settled(first);
      await first.open('b');
      await waitUntil(() => host.verbs.filter((verb) => verb === 'initialized').length >= 2);
      first.parentElement!.remove();
      await aTimeout(20);
      expect(host.verbs.slice(-2), 'taken off the page').to.deep.equal(['suspended', 'terminated']);
      localStorage.clear();
      const before = host.statements.length;
      const second = await mount(course, host);
      await waitUntil(() => second.currentUnit?.id === 'b', 'unit b');
      await waitUntil(() => host.statements.length >= before + 2);
      expect(host.verbs.slice(before)).to.deep.equal(['initialized', 'resumed']);
      expect(host.statements.slice(before).every(({ object }) => (object as { id: string }).id.endsWith('/b')), 'nothing of the unit opened in advance').to.equal(true);
    });

    it('ends the unit when the page hides and begins anew when it comes back', async () => {
      const host = new MemoryHost();
      const player = await mount(courseOf(page('1')), host);
      await settled(player);
      await waitUntil(() => host.verbs.includes('initialized'));
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      const verbs = (): string[] => host.verbs.filter((verb) => verb !== 'progressed');
      expect(verbs()).to.deep.equal(['initialized', 'suspended', 'terminated']);
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      expect(verbs().slice(3)).to.deep.equal(['initialized', 'resumed']);
    });

    it('says about saving what is true and no more', async () => {
      const host = new MemoryHost();
      let letIn!: () => void;
      host.gate = new Promise((resolve) => (letIn = resolve));
      const player = await mount(courseOf(page('1')), host);
      await waitUntil(() => text(player).includes('Connecting to your record'));
      letIn();
      await settled(player);
      const says = (words: string): Promise<void> => waitUntil(() => text(player).includes(words), words);
      host.setDelivery({ waiting: 3 });
      await says('Saving…');
      expect(text(player)).not.to.contain('All saved');
      host.setDelivery({ waiting: 3, held: 'offline' });
      await says('3 waiting for the network');
      expect(player.delivery!.waiting).to.equal(3);
      host.setDelivery({ waiting: 3, unsafe: 2, held: 'storage' });
      await says('Keep this page open: 2 not saved anywhere yet');
      host.setDelivery({ waiting: 0, unsafe: 0, stored: 3, held: undefined });
      await says('All saved');
      const { PlayerError } = await import('./player-error.js');
      host.controls[0]!.advance('failed', new PlayerError('session-failed', 'the store refused it') as never);
      host.setDelivery({ failed: 1 });
      await says('Could not be saved: the store refused it');
      await expect(player).to.be.accessible();
    });

    it('keeps everything while it cannot connect, says so, and tries again', async () => {
      const host = new MemoryHost();
      host.fault = new Error('503');
      const player = await mount(courseOf(video('a')), host);
      await waitUntil(() => text(player).includes('nothing is saved yet'));
      host.fault = undefined;
      await waitUntil(() => media(player).readyState > 0);
      find(player, '.delivery button').click();
      await waitUntil(() => host.verbs.includes('initialized'));
    });

    it('opens what there is even where the record stays away', async () => {
      const host = new MemoryHost();
      host.fault = new Error('503');
      const player = await mount(courseOf(page('1'), page('2')), host);
      await waitUntil(() => player.currentUnit?.id === '1');
      await waitUntil(() => find(player, '.unit')?.shadowRoot?.querySelector('article'));
      expect(text(player)).to.contain('nothing is saved yet');
    });

    it('reports outcomes to a gradebook', async () => {
      const host = new MemoryHost();
      host.report = true;
      const player = await mount(courseOf(page('1')), host);
      await settled(player);
      await waitUntil(() => host.reports.some(({ unitId, completed }) => unitId === '1' && completed), 'a report', { timeout: 6000 });
      expect(host.reports.at(-1)).to.include({ completed: true, progress: 1 });
      expect(player.progress).to.equal(1);
      await player.updateComplete;
      expect(text(player)).to.contain('Completed').and.to.not.contain('Course completed');
    });

    it('speaks the language of its place, two players two languages', async () => {
      const course = courseOf(page('1'), page('2'));
      const parent = await fixture(html`<div><div lang="zh-CN"></div><div lang="en-GB"></div></div>`);
      const [chinese, english] = [document.createElement('course-player'), document.createElement('course-player')];
      chinese.course = english.course = course;
      parent.children[0]!.append(chinese);
      parent.children[1]!.append(english);
      await waitUntil(() => text(chinese).includes('目录') && text(english).includes('Contents'));
      expect(text(chinese)).to.contain('第 1 页');
      expect(find(chinese, '.frame').lang).to.equal('zh-CN');
      chinese.lang = 'en';
      await waitUntil(() => text(chinese).includes('Contents'));
    });

    it('stands a hostile tree: deep blocks, long words, markup in titles', async () => {
      let child: Course['children'][number] = page('deep');
      for (let depth = 0; depth < 3000; depth++) child = { type: 'block', id: `b${depth}`, title: depth % 100 ? '' : '<img src=x onerror=alert(1)>', children: [child] };
      const player = await mount(courseOf(child, { ...page('long'), title: 'x'.repeat(3000) }));
      await settled(player);
      expect(player.shadowRoot!.querySelector('img')).to.equal(null);
      expect(player.scrollWidth).to.be.at.most(player.clientWidth + 1);
    });
  });

  it('may be defined twice', async () => {
    const before = customElements.get('course-player');
    const again = new URL('./define.ts?again', import.meta.url).href;
    await import(again);
    expect(customElements.get('course-player')).to.equal(before);
  });
});
