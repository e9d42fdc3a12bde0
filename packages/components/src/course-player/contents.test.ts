import type { Course, Opening, Unit } from '@lectern/core';
import { expect, fixture, html } from '@open-wc/testing';
import type { Localizer } from '../internal/localize.js';
import { groupContents, renderContents } from './contents.js';

const words = { languages: ['en'], msg: (text: string) => text, percent: String, number: String } as unknown as Localizer;
const unit = (id: string): Unit => ({ type: 'unit', kind: 'html', id, title: id, href: 'x', moveOn: 'Completed', completion: { policy: 'visited' } });
const course: Course = { id: 'urn:c', title: 'C', format: 'course', children: ['open', 'locked', 'hidden', 'here'].map(unit) };
const openings: Record<string, Opening> = {
  open: { allowed: true },
  locked: { allowed: false, reason: 'prerequisites' },
  hidden: { allowed: false, reason: 'order', hidden: true },
  here: { allowed: false, reason: 'choice' },
};

it('says why a unit is locked, opens none that is, and hides what is to be hidden', async () => {
  const opened: string[] = [];
  const model = { groups: groupContents(course), current: 'here', words, level: 3, stateOf: () => undefined, openingOf: (id: string) => openings[id]!, open: (id: string) => opened.push(id) };
  const list = await fixture(html`<div>${renderContents(model)}</div>`);
  const entries = [...list.querySelectorAll('button')];
  expect(entries.map((entry) => entry.querySelector('.entry-title')!.textContent)).to.deep.equal(['open', 'locked', 'here']);
  expect(entries.map((entry) => entry.getAttribute('aria-disabled'))).to.deep.equal([null, 'true', null]);
  expect(entries[1]!.textContent).to.include('Other units come first');
  for (const entry of entries) entry.click();
  expect(opened).to.deep.equal(['open']);
  await expect(list).to.be.accessible();
});
