import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { Course, LinkUnit } from '@lectern/core';
import '../define.js';
import type { CoursePlayer } from '../course-player.js';
import { MemoryHost, type MemorySession } from '../memory-host.fixture.js';
import type { OfflineState } from './offline-course.js';

const ORIGIN = 'https://courses.example/';
const SRC = `${ORIGIN}lathe/course.json`;
const { fetch: realFetch } = globalThis;

/** As long as a busy machine takes. */
const PATIENT = { timeout: 15_000 };

/** The course's server: what it has, what it says of it, and whether anybody hears it. */
class Site {
  readonly texts = new Map<string, string>();
  version = '1';
  away = false;
  readonly asked: string[] = [];
  /** Answers in place of the file. */
  odd: ((path: string) => Response | Promise<Response> | undefined) | undefined;

  readonly fetch: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(ORIGIN)) return realFetch(input, init);
    init?.signal?.throwIfAborted();
    if (this.away) throw new TypeError('Failed to fetch');
    const path = url.slice(`${ORIGIN}lathe/`.length);
    this.asked.push(path);
    const odd = this.odd?.(path);
    if (odd) return odd;
    if (path === 'course.json') return Response.json(this.course());
    if (path === 'files.json') return Response.json({ version: this.version, files: [...this.texts].map(([name, text]) => ({ path: name, size: new TextEncoder().encode(text).length })) });
    const text = this.texts.get(path);
    return text === undefined ? new Response('No.', { status: 404 }) : new Response(text, { headers: { 'content-type': 'text/markdown' } });
  };

  course(): Course {
    return {
      id: 'https://courses.example/lathe',
      title: 'Lathe',
      format: 'course',
      files: 'files.json',
      children: [
        ...[...this.texts.keys()].filter((name) => name.endsWith('.md')).map((name) => ({ type: 'unit' as const, kind: 'document' as const, id: name, title: name, moveOn: 'Completed' as const, sources: [{ src: name, type: 'text/markdown' as const }] })),
        { type: 'unit', kind: 'link', id: 'map', title: 'Map', moveOn: 'NotApplicable', href: 'https://maps.example/' } satisfies LinkUnit,
      ],
    };
  }
}

const words = (player: CoursePlayer): string => player.shadowRoot!.textContent!.replace(/\s+/g, ' ');
const unitWords = (player: CoursePlayer): string => player.shadowRoot!.querySelector('.unit')?.shadowRoot?.textContent ?? player.shadowRoot!.querySelector('.unit')?.textContent ?? '';

describe('<course-player offline>', () => {
  let site: Site;
  let host: MemoryHost;

  const clear = async (): Promise<void> => {
    for (const name of await caches.keys()) if (name.startsWith('lectern-kept')) await caches.delete(name);
  };
  beforeEach(async () => {
    await clear();
    site = new Site();
    site.texts.set('one.md', 'The first words.');
    site.texts.set('two.md', 'The second words.');
    host = new MemoryHost();
    globalThis.fetch = site.fetch;
  });
  afterEach(async () => {
    globalThis.fetch = realFetch;
    await clear();
  });

  async function open(): Promise<CoursePlayer> {
    const session = await fixture<MemorySession>(html`<memory-session lang="en" .host=${host}><course-player offline src=${SRC}></course-player></memory-session>`);
    return session.querySelector('course-player')!;
  }
  const reach = (player: CoursePlayer, state: OfflineState): Promise<void> => waitUntil(() => player.offline?.status.state === state, `${state} of ${player.offline?.status.state}`, { timeout: 15_000 });

  /** An earlier visit, in which the learner kept the course. */
  async function keepOnce(): Promise<void> {
    const player = await open();
    await reach(player, 'none');
    await player.offline!.keep();
    player.parentElement!.remove();
  }

  it('keeps a course when the learner asks, says what it takes, and is accessible', async () => {
    const player = await open();
    await reach(player, 'none');
    await waitUntil(() => player.shadowRoot!.querySelector('[part~=offline-button]'));
    const states: string[] = [];
    player.addEventListener('lectern-offline', ({ status }) => states.push(status.state));
    const kept: boolean[] = [];
    Object.assign(host, { keepLaunch: (keep: boolean) => void kept.push(keep) });
    let asked = false;
    player.addEventListener('lectern-keeping', (event) => event.waitUntil(Promise.resolve((asked = true))));
    player.shadowRoot!.querySelector<HTMLElement>('[part~=offline-button]')!.click();
    await reach(player, 'kept');
    await player.updateComplete;
    expect(states).to.include('keeping');
    expect(asked).to.equal(true);
    expect(kept).to.deep.equal([true]);
    const { bytes, notKept, page } = player.offline!.status;
    expect(bytes).to.equal(new TextEncoder().encode([...site.texts.values()].join('')).length);
    expect(notKept).to.deep.equal({ map: 'needs-network' });
    expect(page).to.equal(true);
    await waitUntil(() => /On this device, also without a network/.test(words(player)));
    await expect(player).to.be.accessible();
  });

  it('plays it without a network, and says of the rest that it needs one', async () => {
    await keepOnce();
    site.away = true;
    const player = await open();
    await waitUntil(() => unitWords(player).includes('The first words.'), 'the text', { timeout: 15_000 });
    await waitUntil(() => /played from this device/.test(words(player)));
    await player.open('two.md');
    await waitUntil(() => unitWords(player).includes('The second words.'));
    await player.open('map').catch(() => undefined);
    await waitUntil(() => /needs the network/.test(words(player)));
    await player.open('one.md');
    await waitUntil(() => unitWords(player).includes('The first words.'));
    await expect(player).to.be.accessible();
  });

  it('without anything kept, no network is no course', async () => {
    site.away = true;
    const player = await open();
    await waitUntil(() => player.state === 'error');
    await player.updateComplete;
    expect(words(player)).to.match(/course-(offline|unreachable)/);
  });

  it('plays what is published now, and keeps it anew, whole, in the place of the old', async () => {
    await keepOnce();
    site.version = '2';
    site.texts.set('one.md', 'Newer words.');
    const player = await open();
    await waitUntil(() => unitWords(player).includes('Newer words.'), 'the new text', { timeout: 15_000 });
    await reach(player, 'kept');
    player.parentElement!.remove();
    site.away = true;
    const away = await open();
    await waitUntil(() => unitWords(away).includes('Newer words.'), 'the new text, kept', { timeout: 15_000 });
  });

  it('plays the old one whole where the new one could not be kept', async () => {
    await keepOnce();
    site.version = '2';
    site.texts.set('one.md', 'Newer words.');
    site.odd = (path) => (path === 'two.md' ? new Response('<p>Sign in</p>', { headers: { 'content-type': 'text/html' } }) : undefined);
    const second = await open();
    await reach(second, 'failed');
    expect(second.offline!.status.error?.code).to.equal('keep-refused');
    second.parentElement!.remove();
    site.away = true;
    const player = await open();
    await waitUntil(() => unitWords(player).includes('The first words.'), 'the old text', { timeout: 15_000 });
  });

  it('frees it, and then it is not there without a network', async () => {
    const first = await open();
    await reach(first, 'none');
    await first.offline!.keep();
    await first.offline!.free();
    expect(first.offline!.status).to.include({ state: 'freed', bytes: 0 });
    first.parentElement!.remove();
    site.away = true;
    const player = await open();
    await waitUntil(() => player.state === 'error');
  });

  it('can be broken off, and is gone on with', async () => {
    let arrive!: () => void;
    site.odd = (path) => (path === 'two.md' ? new Promise((resolve) => (arrive = () => resolve(new Response(site.texts.get('two.md'))))) : undefined);
    const player = await open();
    await reach(player, 'none');
    const keeping = player.offline!.keep();
    await waitUntil(() => site.asked.includes('two.md'));
    player.offline!.cancel();
    arrive();
    await keeping;
    expect(player.offline!.status.state).to.equal('partial');
    site.odd = undefined;
    site.asked.length = 0;
    await player.offline!.keep();
    expect(player.offline!.status.state).to.equal('kept');
    expect(site.asked).not.to.include('one.md');
  });

  it('can be kept, stopped and freed by the keyboard alone: the place is never lost, and what has become of it is announced', async () => {
    let arrive!: () => void;
    site.odd = (path) => (path === 'two.md' ? new Promise((resolve) => (arrive = () => resolve(new Response(site.texts.get('two.md'))))) : undefined);
    const player = await open();
    await reach(player, 'none');
    await waitUntil(() => player.shadowRoot!.querySelector('.offline-does button'), 'a button', PATIENT);
    const root = player.shadowRoot!;
    const focused = (): string => root.activeElement?.textContent?.trim() ?? '';
    const announced = (): string => root.querySelector('.offline [role=status]')!.textContent!;
    const region = root.querySelector('.offline [role=status]');
    root.querySelector<HTMLElement>('.offline-does button')!.focus();
    await sendKeys({ press: 'Enter' });
    await waitUntil(() => site.asked.includes('two.md'), 'asked', PATIENT);
    await waitUntil(() => /^Being kept/.test(focused()), `what is said, not ${focused()}`, PATIENT);
    expect(announced()).to.equal('Keeping the course on this device');
    await sendKeys({ press: 'Tab' });
    expect(focused()).to.equal('Cancel');
    await sendKeys({ press: 'Enter' });
    arrive();
    await reach(player, 'partial');
    await waitUntil(() => /^A part of this course/.test(focused()), `what is said, not ${focused()}`, PATIENT);
    expect(announced()).to.equal('Keeping the course was stopped.');
    site.odd = undefined;
    await sendKeys({ press: 'Tab' });
    expect(focused()).to.equal('Go on keeping');
    await sendKeys({ press: 'Space' });
    await reach(player, 'kept');
    await waitUntil(() => /^On this device/.test(focused()), `what is said, not ${focused()}`, PATIENT);
    expect(announced()).to.equal('The course is on this device now.');
    await sendKeys({ press: 'Tab' });
    expect(focused()).to.equal('Free the space');
    await sendKeys({ press: 'Tab' });
    expect(focused(), 'what is not kept').to.equal('One unit cannot be kept on this device.');
    await sendKeys({ press: 'Enter' });
    expect(root.querySelector<HTMLDetailsElement>('.offline details')!.open).to.equal(true);
    await expect(player).to.be.accessible();
    await sendKeys({ press: 'Shift+Tab' });
    await sendKeys({ press: 'Enter' });
    await reach(player, 'freed');
    await waitUntil(() => /^This course can be kept/.test(focused()), `what is said, not ${focused()}`, PATIENT);
    expect(announced()).to.equal('The course is not on this device any more.');
    expect(root.querySelector('.offline [role=status]')).to.equal(region);
  });

  for (const [name, list, code] of [
    ['no JSON', 'Sign in', 'keep-list-invalid'],
    ['a list that leads elsewhere', JSON.stringify({ version: '1', files: [{ path: '../secret' }] }), 'keep-list-invalid'],
    ['a list without a version', JSON.stringify({ files: [] }), 'keep-list-invalid'],
    ['a list that is longer than any', `"${'x'.repeat(20_000_001)}"`, 'keep-list-invalid'],
  ] as const) {
    it(`says what is wrong with ${name}`, async () => {
      site.odd = (path) => (path === 'files.json' ? new Response(list) : undefined);
      const player = await open();
      await reach(player, 'none');
      await player.offline!.keep();
      const { state, error } = player.offline!.status;
      expect(state).to.equal('failed');
      expect(error?.code).to.equal(code);
      expect(error?.file).to.match(/files\.json$/);
    });
  }

  it('goes by what is published where something else was written in the place of what is kept', async () => {
    await keepOnce();
    const registry = await caches.open('lectern-kept');
    for (const request of await registry.keys()) for (const value of [{}, null, { id: 1, about: 'x' }, { about: { base: 'javascript:alert(1)', course: {}, units: [] } }]) await registry.put(request, Response.json(value));
    const player = await open();
    await waitUntil(() => unitWords(player).includes('The first words.'), 'the text', { timeout: 15_000 });
  });

  it('has nothing to say where the page does not ask for it', async () => {
    const session = await fixture<MemorySession>(html`<memory-session lang="en" .host=${host}><course-player src=${SRC}></course-player></memory-session>`);
    const player = session.querySelector('course-player')!;
    await waitUntil(() => unitWords(player).includes('The first words.'));
    expect(player.offline).to.equal(undefined);
    expect(words(player)).not.to.match(/device/);
  });
});
