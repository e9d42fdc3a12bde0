import { expect } from '@open-wc/testing';
import type { Course, CourseNode, Unit } from '@lectern/core';
import { readFileList } from '@lectern/courseware/offline';
import { planOf } from './keep-plan.js';

const BASE = 'https://content.example/c/one/';
const unit = (kind: Unit['kind'], id: string, more: object): Unit => ({ type: 'unit', kind, id, title: id, moveOn: 'Completed', ...more }) as unknown as Unit;
const courseOf = (...children: CourseNode[]): Course => ({ id: 'https://c.example/one', title: 'One', format: 'course', frame: 'https://content.example/frame/', children });
const listOf = (...paths: string[]) => readFileList({ version: 'v1', files: paths.map((path) => ({ path, size: 10 })) }, BASE, 'files.json');

const film = unit('video', 'film', { sources: [{ src: 'a.mp4', type: 'video/mp4' }, { src: 'a.webm', type: 'video/webm' }], tracks: [{ kind: 'captions', src: 'a.vtt', srclang: 'en' }], poster: 'a.jpg' });

describe('what of a course is kept', () => {
  it('film: one of its sources, with captions and poster, and what is known of their length', async () => {
    const { page, frame, units, version } = await planOf(courseOf(film), BASE, listOf('a.mp4', 'a.webm', 'a.vtt', 'a.jpg', 'other.bin'));
    expect(page.map(({ url }) => url.slice(BASE.length)).filter((path) => path !== 'a.mp4' && path !== 'a.webm')).to.deep.equal(['a.vtt', 'a.jpg']);
    expect(page).to.have.length(3);
    expect(page.every(({ size }) => size === 10)).to.equal(true);
    expect(frame).to.deep.equal([]);
    expect([...units]).to.deep.equal([['film', 'yes']]);
    expect(version).to.equal('v1');
  });

  it('what runs in the frame: everything else of the course, and only where its files are listed on the frame’s origin', async () => {
    const lesson = unit('scorm', 'lesson', { version: '1.2', href: 'lesson/index.html?page=1' });
    const { page, frame, units } = await planOf(courseOf(film, lesson), BASE, listOf('a.mp4', 'a.webm', 'a.vtt', 'a.jpg', 'lesson/index.html', 'lesson/b.js', 'shared/c.png'));
    expect(frame.map(({ url }) => url.slice(BASE.length))).to.include.members(['lesson/index.html', 'lesson/b.js', 'shared/c.png']);
    expect(frame.map(({ url }) => url).filter((url) => page.some((file) => file.url === url))).to.deep.equal([]);
    expect(units.get('lesson')).to.equal('yes');
    for (const [why, href, list] of [
      ['unlisted', 'lesson/index.html', undefined],
      ['needs-network', 'lesson/missing.html', listOf('lesson/index.html')],
      ['needs-network', 'https://elsewhere.example/x.html', listOf('lesson/index.html')],
    ] as const) {
      const { units: found } = await planOf(courseOf(film, unit('html', 'page', { href })), BASE, list);
      expect(found.get('page'), href).to.equal(why);
    }
  });

  it('H5P: where the folder’s description is listed, with what plays it, and none of it twice', async () => {
    const text = unit('document', 'text', { sources: [{ src: 'one.md', type: 'text/markdown' }] });
    for (const href of ['drag', 'drag/', 'drag?x=1']) {
      const { page, frame, units, h5p } = await planOf(courseOf(text, unit('h5p', 'drag', { href })), BASE, listOf('one.md', 'two.png', 'drag/h5p.json', 'drag/content/content.json'));
      expect(units.get('drag'), href).to.equal('yes');
      expect(h5p).to.equal(true);
      expect(page.map(({ url }) => url.slice(BASE.length)).sort()).to.deep.equal(['one.md', 'two.png']);
      expect(frame.map(({ url }) => url.slice(BASE.length))).to.include.members(['drag/h5p.json', 'drag/content/content.json']);
    }
    const alone = await planOf(courseOf(unit('h5p', 'h5p', { href: '.' })), BASE, listOf('h5p.json', 'content/content.json', 'H5P.Text-1.1/library.json'));
    expect(alone.frame).to.have.length(3);
    const { units, h5p } = await planOf(courseOf(text, unit('h5p', 'drag', { href: 'drag/' }), unit('h5p', 'away', { href: 'https://elsewhere.example/drag/' })), BASE, listOf('one.md', 'drag/content/content.json'));
    expect([...units.values()]).to.deep.equal(['yes', 'needs-network', 'needs-network']);
    expect(h5p).to.equal(false);
  });

  it('what lies beside a text, a simulation or a quiz, since they refer to it', async () => {
    const text = unit('document', 'text', { sources: [{ src: 'text/one.md', type: 'text/markdown' }] });
    const model = unit('simulation', 'model', { src: 'sim/simulation.json' });
    const { page } = await planOf(courseOf(text, model), BASE, listOf('text/one.md', 'text/picture.svg', 'sim/simulation.json', 'sim/model.glb', 'elsewhere.bin'));
    expect(page.map(({ url }) => url.slice(BASE.length)).sort()).to.deep.equal(['sim/model.glb', 'sim/simulation.json', 'text/one.md', 'text/picture.svg']);
  });

  it('says why the rest needs a network; what a stream is, only its playlist says', async () => {
    const { units } = await planOf(
      courseOf(
        film,
        unit('cmi5', 'au', { url: 'https://x.example/au' }),
        unit('xapi', 'tincan', { url: 'https://x.example/tc' }),
        unit('lti', 'tool', { tool: 't' }),
        unit('link', 'link', { href: 'https://x.example/' }),
        unit('video', 'live', { sources: [{ src: 'https://x.example/live.m3u8' }] }),
        unit('simulation', 'model', { src: 'sim/simulation.json' }),
      ),
      BASE,
      undefined,
    );
    expect(Object.fromEntries(units)).to.deep.equal({ film: 'yes', au: 'needs-server', tincan: 'needs-server', tool: 'needs-server', link: 'needs-network', live: 'yes', model: 'unlisted' });
  });

  it('without a list, the version is that of the course’s description', async () => {
    const one = await planOf(courseOf(film), BASE, undefined);
    const same = await planOf(courseOf(film), BASE, undefined);
    const other = await planOf(courseOf({ ...film, title: 'Another' } as CourseNode), BASE, undefined);
    expect(one.version).to.equal(same.version);
    expect(one.version).not.to.equal(other.version);
  });

  it('refuses a course of which nothing could be kept', async () => {
    const thrown = await planOf(courseOf(unit('link', 'link', { href: 'https://x.example/' })), BASE, undefined).catch((error: { code: string }) => error.code);
    expect(thrown).to.equal('keep-unlisted');
  });
});
