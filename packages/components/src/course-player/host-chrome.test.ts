import type { Course, CourseNode, DocumentUnit } from '@lectern/core';
import { expect, fixture, html, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import './define.js';
import type { ExitEvent } from './course-player.events.js';
import type { CoursePlayer } from './course-player.js';
import { courseOf, MemoryHost, type MemorySession } from './memory-host.fixture.js';
import type { CourseProgressEvent, FullscreenEvent, UnitStateEvent } from './surroundings.events.js';

const text = (player: CoursePlayer): string => player.shadowRoot!.textContent!.replace(/\s+/g, ' ');
const find = <E extends Element = HTMLElement>(player: CoursePlayer, selector: string): E => player.shadowRoot!.querySelector<E>(selector)!;
const until = (condition: () => unknown, words: string): Promise<void> => waitUntil(condition, words, { timeout: 15_000 });

const page = (id: string, more: Partial<DocumentUnit> = {}): DocumentUnit => ({
  type: 'unit',
  kind: 'document',
  id,
  title: { en: `Page ${id}`, 'zh-CN': `第 ${id} 页` },
  moveOn: 'Completed',
  expectedSeconds: 600,
  sources: [{ src: `data:text/markdown,${encodeURIComponent(`# Page ${id}\n\nWords.`)}`, type: 'text/markdown' }],
  ...more,
});

async function mount(course: Course, more: Partial<CoursePlayer> = {}, host = new MemoryHost()): Promise<{ player: CoursePlayer; host: MemoryHost }> {
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  session.host = host;
  const player = document.createElement('course-player');
  Object.assign(player, { course, ...more });
  session.append(player);
  await until(() => player.session !== undefined && player.currentUnit !== undefined && player.snapshot !== undefined, 'a session and a unit');
  return { player, host };
}

const heard = (player: CoursePlayer, ...names: string[]): string[] => {
  const told: string[] = [];
  for (const name of names) {
    player.addEventListener(name, (event) => {
      const { unit, status, locked } = event as unknown as UnitStateEvent;
      told.push([name.replace('lectern-', ''), unit?.id, status, name === 'lectern-unit-state' ? locked : undefined].filter((part) => part !== undefined).join(' '));
    });
  }
  return told;
};

const complete = ({ player }: { player: CoursePlayer }, unitId: string): void => void player.session!.dispatch({ type: 'completed', unitId });

/** Pages that complete only when a test says so: their words take time to read. */
const long = 'word '.repeat(2000);
const slow = (id: string, more: Partial<DocumentUnit> = {}): DocumentUnit => page(id, { sources: [{ src: `data:text/markdown,${long}`, type: 'text/markdown' }], ...more });

describe('a page that draws the chrome itself', () => {
  before(() => Promise.all([import('./units/document.js'), import('./open-session.js'), import('./surroundings.js'), import('./required-order.js'), import('./resting.js')]));
  beforeEach(() => localStorage.clear());

  it('gets the unit alone', async () => {
    const { player } = await mount(courseOf(slow('1'), slow('2')), { chrome: 'none' });
    await until(() => find(player, '.unit')?.shadowRoot?.querySelector('article'), 'the unit');
    for (const part of ['header', 'contents', 'steps']) expect(find(player, `[part~=${part}]`), part).to.equal(null);
    expect(find(player, '.unit-head')).to.equal(null);
    await expect(player).to.be.accessible();
    player.chrome = 'full';
    await player.updateComplete;
    await until(() => find(player, '.entry'), 'its contents');
  });

  it('reads all that it needs from a frozen snapshot, the same until something changes', async () => {
    const children: CourseNode[] = [slow('1'), { type: 'block', id: 'b', title: 'Block', children: [slow('2', { requires: ['1'] })] }];
    const { player, host } = await mount({ ...courseOf(...children), title: 'Lathe' }, { chrome: 'none' });
    await waitUntil(() => player.snapshot?.units[0]?.status === 'inProgress');
    const snapshot = player.snapshot!;
    expect(player.snapshot).to.equal(snapshot);
    expect(snapshot.course!.title).to.equal('Lathe');
    expect(snapshot.blocks).to.deep.equal([{ id: 'b', title: 'Block' }]);
    expect(snapshot.current).to.equal('1');
    expect(snapshot.units.map(({ id, title, status, blocks, current }) => [id, title, status, blocks, current])).to.deep.equal([
      ['1', 'Page 1', 'inProgress', [], true],
      ['2', 'Page 2', 'notStarted', ['b'], false],
    ]);
    expect(snapshot.units[1]!.lock).to.deep.equal({ reason: 'prerequisites', missing: ['1'], words: 'First: Page 1' });
    expect(snapshot.next).to.deep.equal({ allowed: false });
    expect(snapshot.progress.remainingSeconds).to.be.within(600, 1200);
    expect(() => ((snapshot.units as unknown[])[0] = 1)).to.throw(TypeError);
    expect(() => ((snapshot.units[1]!.lock as { words: string }).words = '')).to.throw(TypeError);
    complete({ player }, '1');
    expect(player.snapshot).not.to.equal(snapshot);
    expect(player.snapshot!.units[0]!.status).to.equal('completed');
    expect(player.snapshot!.units[1]!.lock).to.equal(undefined);
    expect(player.snapshot!.next).to.deep.equal({ allowed: true, unitId: '2' });
    expect(player.snapshot!.progress).to.include({ fraction: 0.5, satisfiedUnits: 1, units: 2, satisfied: false, remainingSeconds: 600 });
    host.setDelivery({ waiting: 3, held: 'offline' });
    expect(player.snapshot!.saving).to.deep.equal({ text: '3 waiting for the network', tone: 'warn' });
    expect(player.snapshot!.delivery!.waiting).to.equal(3);
  });

  it('is told of each change', async () => {
    const mounted = await mount(courseOf(slow('1'), slow('2', { requires: ['1'] })), { chrome: 'none' });
    const { player } = mounted;
    await until(() => player.snapshot!.units[0]!.status === 'inProgress', 'the first unit under way');
    const told = heard(player, 'lectern-unit-state', 'lectern-unit-change', 'lectern-course-complete');
    const progressed = oneEvent(player, 'lectern-progress') as Promise<CourseProgressEvent>;
    const changed = oneEvent(player, 'lectern-change');
    complete(mounted, '1');
    const { progress, remainingSeconds } = await progressed;
    expect([progress, Math.round(remainingSeconds!)]).to.deep.equal([0.5, 600]);
    await changed;
    expect(told).to.deep.equal(['unit-state 1 completed false', 'unit-state 2 notStarted false']);
    await player.next();
    await until(() => player.session!.getState().units['2']?.session, 'the second unit');
    complete(mounted, '2');
    expect(told.slice(2)).to.deep.equal(['unit-change 2', 'unit-state 2 inProgress false', 'unit-state 2 completed false', 'course-complete']);
  });

  it('has a table of contents of its own in the player', async () => {
    const { player } = await mount(courseOf(slow('1'), slow('2')));
    await until(() => find(player, '.entry'), 'the contents');
    const own = document.createElement('ol');
    own.slot = 'contents';
    own.innerHTML = '<li>mine</li>';
    player.append(own);
    await until(() => find(player, 'nav') === null, 'its own instead');
    expect(own.getClientRects().length).to.equal(1);
    await expect(player).to.be.accessible();
    own.remove();
    await until(() => find(player, '.entry'), 'the contents again');
  });

  it('may take it from there when the learner leaves', async () => {
    const { player, host } = await mount(courseOf(slow('1'), slow('2')));
    let saved: ExitEvent['saved'] | undefined;
    player.addEventListener('lectern-exit', (event) => {
      event.preventDefault();
      expect(event.reason).to.equal('left');
      saved = event.saved;
    });
    host.setDelivery({ stored: 7 });
    await until(() => host.verbs.includes('initialized'), 'begun');
    find(player, '[part~=exit]').click();
    expect((await saved)!.stored).to.equal(7);
    expect(host.verbs.slice(-2)).to.deep.equal(['suspended', 'terminated']);
    await player.updateComplete;
    expect(text(player)).to.contain('Leaving…');
    expect(find(player, '.left')).to.equal(null);
    await player.open('2');
    expect(player.snapshot!.resting).to.equal(undefined);
    expect(player.currentUnit!.id).to.equal('2');
  });

  it('else the player says what was saved', async () => {
    const { player, host } = await mount(courseOf(slow('1'), slow('2')));
    host.setDelivery({ stored: 7 });
    await player.suspend();
    await until(() => find(player, '.left .delivery'), 'the farewell');
    expect(find(player, '.left').textContent).to.contain('All saved');
    expect(player.snapshot!.resting).to.equal('left');
    await expect(player).to.be.accessible();
  });
});

describe('full screen', () => {
  beforeEach(() => localStorage.clear());

  const behind = async (): Promise<HTMLElement> => fixture<HTMLElement>(html`<button>behind</button>`);

  it('is the page where the browser has none to give; Escape ends it, and the focus does not go behind', async () => {
    const other = await behind();
    const { player } = await mount(courseOf(slow('1'), slow('2')));
    await until(() => find(player, '.entry'), 'the contents');
    Object.defineProperty(document, 'fullscreenEnabled', { configurable: true, get: () => false });
    try {
      const button = find(player, '[part~=fullscreen]');
      button.focus();
      const entered = oneEvent(player, 'lectern-fullscreen') as Promise<FullscreenEvent>;
      await sendKeys({ press: 'Enter' });
      const { active, pseudo } = await entered;
      expect([active, pseudo, player.fullscreen, player.snapshot!.fullscreen]).to.deep.equal([true, true, true, true]);
      const { left, top, width, height } = find(player, '.frame').getBoundingClientRect();
      expect([left, top, width, height]).to.deep.equal([0, 0, innerWidth, innerHeight]);
      expect(player.shadowRoot!.activeElement, 'the focus stays').to.equal(button);
      await player.updateComplete;
      expect(button.getAttribute('aria-label')).to.equal('Leave full screen');
      await expect(player).to.be.accessible();
      other.focus();
      expect(document.activeElement, 'not behind').to.equal(player);
      button.focus();
      await sendKeys({ press: 'Escape' });
      await until(() => !player.fullscreen, 'left');
      expect(document.documentElement.style.overflow, 'the page scrolls again').to.equal('');
      expect(find(player, '.frame').matches('.full, :popover-open')).to.equal(false);
      expect(player.shadowRoot!.activeElement).to.equal(button);
      other.focus();
      expect(document.activeElement).to.equal(other);
    } finally {
      Reflect.deleteProperty(document, 'fullscreenEnabled');
    }
  });

  it('shows a way back where the page draws the chrome, and ends with the player', async () => {
    const { player } = await mount(courseOf(slow('1')), { chrome: 'none' });
    Object.defineProperty(document, 'fullscreenEnabled', { configurable: true, get: () => false });
    try {
      await player.enterFullscreen();
      await player.updateComplete;
      expect(find(player, '.unfull').textContent).to.contain('Leave full screen');
      player.remove();
      await until(() => !player.fullscreen, 'left');
    } finally {
      Reflect.deleteProperty(document, 'fullscreenEnabled');
    }
  });

  it('is one after the other for two players', async () => {
    const [{ player: first }, { player: second }] = [await mount(courseOf(slow('1'))), await mount(courseOf(slow('1')))];
    await first.enterFullscreen();
    expect([first.fullscreen, second.fullscreen]).to.deep.equal([true, false]);
    await first.exitFullscreen();
    expect(first.fullscreen).to.equal(false);
  });
});
