import type { Course, Opening, Unit } from '@lectern/core';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { LitElement } from 'lit';
import { Localizer } from '../internal/localize.js';
import { Contents, type ContentsModel } from './contents.js';

class WordsHost extends LitElement {
  readonly words = new Localizer(this);
}
customElements.define('contents-words', WordsHost);

const unit = (id: string, more: Partial<Unit> = {}): Unit => ({ type: 'unit', kind: 'html', id, title: id, href: 'x', moveOn: 'Completed', completion: { policy: 'visited' }, ...more }) as Unit;
const courseOf = (...ids: string[]): Course => ({ id: 'urn:c', title: 'C', format: 'course', children: ids.map((id) => unit(id)) });
const FREE: Opening = { allowed: true };

async function begin(course: Course, more: Partial<ContentsModel> = {}) {
  const host = await fixture<WordsHost>(html`<contents-words lang="en"></contents-words>`);
  const place = await fixture<HTMLElement>(html`<div></div>`);
  const opened: string[] = [];
  const contents = new Contents(place);
  const model: ContentsModel = { course, current: undefined, words: host.words, level: 3, stateOf: () => undefined, openingOf: () => FREE, open: (id) => opened.push(id), ...more };
  contents.update(model);
  const entries = (): HTMLElement[] => [...place.querySelectorAll<HTMLElement>('.entry')];
  const stops = (): HTMLElement[] => entries().filter(({ tabIndex }) => tabIndex === 0);
  const drawnAtOnce = entries().length;
  // A busy machine draws even a few rows in more than one go.
  await waitUntil(() => stops().length === 1, 'the rows around the open unit');
  return { place, contents, model, opened, entries, stops, drawnAtOnce };
}

describe('Contents', () => {
  it('says why a unit is locked and what comes first, opens none that is, and hides what is to be hidden', async () => {
    const openings: Record<string, Opening> = {
      open: FREE,
      locked: { allowed: false, reason: 'prerequisites' },
      later: { allowed: false, reason: 'order', missing: ['open', 'here', 'locked'] },
      hidden: { allowed: false, reason: 'order', hidden: true },
      here: { allowed: false, reason: 'choice' },
    };
    const { place, entries, opened } = await begin(courseOf('open', 'locked', 'later', 'hidden', 'here'), { current: 'here', openingOf: (id) => openings[id]! });
    expect(entries().map((entry) => entry.querySelector('.entry-title')!.textContent)).to.deep.equal(['open', 'locked', 'later', 'here']);
    expect(entries().map((entry) => entry.getAttribute('aria-disabled'))).to.deep.equal([null, 'true', 'true', null]);
    expect(entries()[1]!.textContent).to.include('Other units come first');
    expect(entries()[2]!.textContent).to.include('First: open and 2 more');
    for (const entry of entries()) entry.click();
    expect(opened).to.deep.equal(['open']);
    await expect(place).to.be.accessible();
  });

  it('is one stop of the Tab key, and arrows, Home, End, pages and letters lead through it', async () => {
    const { entries, stops, opened } = await begin(courseOf('apple', 'banana', 'blackberry', 'blueberry', 'cherry', 'damson'), { current: 'banana' });
    expect(stops().map(({ dataset }) => dataset['unit'])).to.deep.equal(['banana']);
    entries()[1]!.focus();
    const at = (): string | undefined => (document.activeElement as HTMLElement).dataset['unit'];
    for (const [key, to] of [['ArrowDown', 'blackberry'], ['ArrowUp', 'banana'], ['End', 'damson'], ['ArrowDown', 'damson'], ['Home', 'apple'], ['PageDown', 'damson'], ['PageUp', 'apple'], ['b', 'banana'], ['b', 'blackberry']] as const) {
      await sendKeys({ press: key });
      expect(at(), key).to.equal(to);
    }
    expect(stops().map(({ dataset }) => dataset['unit'])).to.deep.equal(['blackberry']);
    await sendKeys({ press: 'Enter' });
    expect(opened).to.deep.equal(['blackberry']);
  });

  it('draws again what has changed and nothing else, and leaves the focus where it is', async () => {
    const states: Record<string, ReturnType<ContentsModel['stateOf']>> = {};
    const { contents, model, entries } = await begin(courseOf('a', 'b', 'c'), { current: 'a', stateOf: (id) => states[id] });
    const [, second, third] = entries();
    third!.focus();
    states['b'] = { completed: true, progress: 1, seatSeconds: 3, sessions: 1, suspended: false, segments: [], steps: {} };
    contents.update({ ...model, current: 'b' });
    expect(entries()[1]).to.equal(second);
    expect(second!.textContent).to.include('Completed');
    expect(second!.getAttribute('aria-current')).to.equal('true');
    expect(document.activeElement).to.equal(third);
    expect(third!.tabIndex).to.equal(0);
  });

  it('draws a thousand units a few at a time, those around the open one first', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `unit ${index}`);
    const { place, entries, stops, drawnAtOnce } = await begin(courseOf(...ids), { current: 'unit 700' });
    expect(drawnAtOnce, 'not all in one go').to.be.lessThan(1000);
    expect(place.querySelector('[aria-current]')!.textContent).to.include('unit 700');
    expect(stops().length).to.equal(1);
    await waitUntil(() => entries().length === 1000, 'all of them', { timeout: 15_000 });
    expect(place.querySelectorAll('[role=listitem]').length).to.equal(1000);
    expect(entries().map(({ dataset }) => dataset['unit'])).to.deep.equal(ids);
    expect(stops().length).to.equal(1);
  });

  it('shows a course in place of another, and titles as text', async () => {
    const { contents, model, entries, place } = await begin(courseOf('a', 'b'));
    contents.update({ ...model, course: { ...courseOf(), children: [{ type: 'block', id: 'x', title: '<img src=x>', children: [unit('__proto__', { title: '<b>bold</b>' })] }] } });
    expect(entries().map((entry) => entry.querySelector('.entry-title')!.textContent)).to.deep.equal(['<b>bold</b>']);
    expect(place.querySelector('[role=heading]')!.textContent).to.equal('<img src=x>');
    expect(place.querySelector('img, b')).to.equal(null);
  });
});
