import { expect } from '@open-wc/testing';
import type { Course } from '@lectern/core';
import { runLaunchPage } from './run-launch-page.js';

type Player = HTMLElement & { course?: Course };

const COURSE = {
  id: 'https://courses.example/two', title: 'Two', format: 'course', sequencing: { choice: false },
  children: [
    { type: 'unit', kind: 'link', id: 'one', title: 'One', moveOn: 'Completed', href: 'https://one.example/' },
    { type: 'unit', kind: 'link', id: 'two', title: 'Two', moveOn: 'Completed', href: 'https://two.example/', requires: ['one'] },
  ],
};
/** The tests' server answers with these bytes. */
const urlOf = (json: unknown): string => `/__bytes__/${btoa(JSON.stringify(json)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;

/** The page of a package, without an LMS around it. */
async function launch(data: Readonly<Record<string, string>>): Promise<Player> {
  const page = document.implementation.createHTMLDocument('Package');
  page.head.append(Object.assign(page.createElement('base'), { href: location.href }));
  const place = page.body.appendChild(Object.assign(page.createElement('div'), { id: 'lectern' }));
  Object.assign(place.dataset, data);
  await runLaunchPage(page);
  return place.querySelector<Player>('course-player')!;
}

describe('the launch page of a packed course', () => {
  it('shows the course', async () => {
    const player = await launch({ course: 'course.json', frame: 'frame/' });
    expect([player.getAttribute('src'), player.getAttribute('frame'), player.course]).to.deep.equal(['course.json', 'frame/', undefined]);
  });

  it('shows one unit of it, open: what has to come before it is the LMS’s to see to', async () => {
    const { course } = await launch({ course: urlOf(COURSE), frame: 'frame/', unit: 'two' });
    expect(course!.children).to.deep.equal([{ type: 'unit', kind: 'link', id: 'two', title: 'Two', moveOn: 'Completed', href: 'https://two.example/' }]);
    expect([course!.id, course!.sequencing]).to.deep.equal([COURSE.id, undefined]);
  });

  for (const [name, url] of [['is not there', '/no/such/course.json'], ['has no such unit', urlOf({ ...COURSE, children: [] })], ['is no course', urlOf(['?'])]] as const) {
    it(`leaves it to the player to say what is wrong, where the course ${name}`, async () => {
      const player = await launch({ course: url, frame: 'frame/', unit: 'two' });
      expect([player.getAttribute('src'), player.getAttribute('unit'), player.course]).to.deep.equal([new URL(url, location.href).href, 'two', undefined]);
    });
  }
});
