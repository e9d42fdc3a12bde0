import type { Course, VideoUnit } from '@lectern/core';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import './define.js';
import { holdAttempt } from './attempt-lock.js';
import type { CoursePlayer } from './course-player.js';
import { courseOf, MemoryHost, video, type MemorySession } from './memory-host.fixture.js';

const until = (condition: () => unknown, words: string): Promise<void> => waitUntil(condition, words, { timeout: 15_000 });
const text = (player: CoursePlayer): string => player.shadowRoot!.textContent!.replace(/\s+/g, ' ');
const find = <E extends Element = HTMLElement>(player: CoursePlayer, selector: string): E => player.shadowRoot!.querySelector<E>(selector)!;

async function mount(course: Course, host: MemoryHost): Promise<CoursePlayer> {
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  session.host = host;
  const player = document.createElement('course-player');
  player.course = course;
  session.append(player);
  await player.updateComplete;
  return player;
}

const page = (id: string) =>
  ({ type: 'unit', kind: 'document', id, title: id, moveOn: 'Completed', sources: [{ src: `data:text/markdown,${'word '.repeat(2000)}`, type: 'text/markdown' }] }) as const;

describe('one attempt in two places', () => {
  before(() => Promise.all([import('./units/document.js'), import('./open-session.js'), import('./surroundings.js'), import('./resting.js'), import('./attempt-lock.js')]));
  beforeEach(() => localStorage.clear());

  for (const [kind, units] of [
    ['a document', [page('1'), page('2')]],
    ['a video', [video('1'), video('2')]],
  ] as const) {
    it(`is offered to be gone on with in the second, and nothing is counted twice (${kind})`, async () => {
      const host = new MemoryHost();
      const course = courseOf(...(units as readonly VideoUnit[]));
      const first = await mount(course, host);
      await until(() => host.verbs.includes('initialized'), 'the first');
      await first.open('2');
      await until(() => host.verbs.filter((verb) => verb === 'initialized').length === 2, 'its second unit');
      // Documents tell by themselves how far they were read.
      const deeds = (): string[] => host.verbs.filter((verb) => verb !== 'progressed');
      const told = deeds().length;

      const second = await mount(course, host);
      const errors: string[] = [];
      second.addEventListener('lectern-error', ({ error }) => errors.push(error.code));
      await until(() => text(second).includes('open in another tab'), 'the offer');
      expect(second.session).to.equal(undefined);
      expect(second.currentUnit).to.equal(undefined);
      expect(find(second, '.unit'), 'no unit runs').to.equal(null);
      expect(deeds().length, 'nothing told meanwhile').to.equal(told);
      expect(errors).to.deep.equal([]);
      await expect(second).to.be.accessible();

      find(second, '.go-on').click();
      await until(() => text(first).includes('gone on in another tab'), 'the first gives way');
      await until(() => second.currentUnit?.id === '2', 'where the first was');
      await until(() => host.verbs.filter((verb) => verb === 'initialized').length === 3, 'the second');
      await until(() => deeds().length >= told + 4, 'resumed');
      expect(deeds().slice(told)).to.deep.equal(['suspended', 'terminated', 'initialized', 'resumed']);
      expect(new Set(host.statements.map(({ id }) => id)).size).to.equal(host.statements.length);
      expect(find(first, '.unit')).to.equal(null);
      await expect(first).to.be.accessible();

      // And back again, by a unit's name.
      await first.open('1');
      await until(() => text(second).includes('gone on in another tab') && first.currentUnit?.id === '1', 'the second gives way');
      expect(first.session!.getState().units['2']!.sessions, 'as often as it was begun').to.be.within(2, 3);
    });
  }

  it('is free when the learner has left, and what was done in the other place is known when it goes on in the first', async () => {
    const host = new MemoryHost();
    const course = courseOf(page('1'), page('2'));
    const first = await mount(course, host);
    await until(() => first.session && first.currentUnit, 'the first');
    await first.suspend();
    const second = await mount(course, host);
    await until(() => second.session && second.currentUnit, 'the second');
    await first.open('1').catch(() => undefined);
    await until(() => text(first).includes('open in another tab'), 'not while the second is open');
    await second.open('2');
    await until(() => second.session!.getState().units['2']?.session, 'begun');
    second.session!.dispatch({ type: 'completed', unitId: '2' });
    await second.suspend();
    find(first, '.go-on').click();
    await until(() => first.session?.getState().units['2']?.completed, 'it knows');
    await first.suspend();
    await second.open('1');
    await until(() => second.currentUnit?.id === '1' && second.session, 'and back');
    expect(text(second)).not.to.contain('another tab');
  });

  it('goes on by itself where the first has left the page', async () => {
    const host = new MemoryHost();
    const course = courseOf(page('1'), page('2'));
    const first = await mount(course, host);
    await until(() => first.session, 'the first');
    first.remove();
    const second = await mount(course, host);
    await until(() => second.session && second.currentUnit, 'the second');
    expect(text(second)).not.to.contain('another tab');
  });

  it('is another one for another learner, registration or course, and where nothing is recorded', async () => {
    const course = courseOf(page('1'));
    const players = [await mount(course, new MemoryHost()), await mount(course, new MemoryHost())];
    const host = new MemoryHost();
    players.push(await mount(courseOf(page('1')), host), await mount(courseOf(page('1')), host));
    for (const player of players) await until(() => player.session && player.currentUnit, 'each of them');
    const alone = await fixture<HTMLElement>(html`<div></div>`);
    for (let n = 0; n < 2; n++) {
      const player = document.createElement('course-player');
      player.course = course;
      alone.append(player);
      await until(() => player.session && player.currentUnit, 'without a session');
    }
  });

  it('is taken from a place that does not answer', async () => {
    const name = `frozen ${Math.random()}`;
    let release!: () => void;
    const frozen = navigator.locks.request(`lectern attempt ${name}`, () => new Promise<void>((resolve) => (release = resolve)));
    void frozen.catch(() => undefined);
    expect(await holdAttempt(name, false, () => Promise.resolve())).to.equal(undefined);
    const lock = await holdAttempt(name, true, () => Promise.resolve());
    expect(lock).not.to.equal(undefined);
    release();
    let lost = 0;
    lock!.release();
    const again = await holdAttempt(name, false, () => Promise.resolve(void (lost += 1)));
    const other = await holdAttempt(name, true, () => Promise.resolve());
    expect(lost, 'asked, and told once').to.equal(1);
    again!.release();
    other!.release();
  });
});

describe('two players on a page', () => {
  beforeEach(() => localStorage.clear());

  it('share nothing: courses, units, languages, sessions and events are their own', async () => {
    const hosts = [new MemoryHost(), new MemoryHost()];
    const [first, second] = [await mount(courseOf(page('1'), page('2')), hosts[0]!), await mount(courseOf(video('a'), video('b')), hosts[1]!)];
    await until(() => first.session && second.session && first.snapshot && second.snapshot, 'both');
    const heard: string[] = [];
    for (const name of ['lectern-unit-change', 'lectern-unit-state', 'lectern-progress', 'learning-statement', 'lectern-exit', 'lectern-fullscreen', 'lectern-delivery']) second.addEventListener(name, () => heard.push(name));
    await until(() => hosts[1]!.verbs.includes('initialized'), 'the second began');
    // Its own beginning has its own news; after that it is silent.
    for (let known = -1; known !== heard.length; await new Promise((resolve) => setTimeout(resolve, 700))) known = heard.length;
    heard.length = 0;
    const before = hosts[1]!.statements.length;
    await first.open('2');
    first.session!.dispatch({ type: 'completed', unitId: '2' });
    await first.suspend();
    hosts[0]!.setDelivery({ stored: 3 });
    expect(heard).to.deep.equal([]);
    expect(hosts[1]!.statements.length).to.equal(before);
    expect([second.currentUnit!.id, second.snapshot!.resting, second.snapshot!.progress.fraction]).to.deep.equal(['a', undefined, 0]);
    first.remove();
    expect(second.currentUnit!.id).to.equal('a');
  });
});
