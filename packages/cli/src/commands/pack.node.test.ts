import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lectern } from '../command.fixture.js';
import { openCourse } from '../pack/open-course.js';
import { writeWhole } from '../pack/file-sink.js';

const COURSE = { title: 'Knots', children: [{ type: 'unit', kind: 'video', id: 'film', title: 'Film', sources: [{ src: 'media/film.mp4' }] }] };

describe('lectern pack', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lectern-pack-test-'));
    for (const name of ['course/media', 'beside/json', 'beside/media', 'broken', 'empty']) await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, 'course/course.json'), JSON.stringify({ id: 'https://o.example/knots', ...COURSE }));
    await writeFile(join(folder, 'course/media/film.mp4'), 'film');
    await writeFile(join(folder, 'course/.secret'), 'hidden');
    await symlink('/etc/hostname', join(folder, 'course/media/link.txt'));
    await writeFile(join(folder, 'beside/json/course.json'), JSON.stringify({ ...COURSE, base: '..' }));
    await writeFile(join(folder, 'beside/media/film.mp4'), 'film');
    await writeFile(join(folder, 'broken/course.json'), JSON.stringify(COURSE));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('opens a course wherever its content lies, without hidden files and links', async () => {
    const course = await openCourse(join(folder, 'course'));
    assert.equal(course.course.id, 'https://o.example/knots');
    assert.deepEqual(course.files.map(({ path }) => path), ['course.json', 'media/film.mp4']);
    assert.deepEqual(course.warnings.map(({ code, file }) => [code, file]), [['not-carried', 'media/link.txt']]);
    const beside = await openCourse(join(folder, 'beside/json/course.json'));
    assert.deepEqual(beside.files.map(({ path }) => path).sort(), ['course.json', 'json/course.json', 'media/film.mp4'].filter((path) => beside.files.some((file) => file.path === path)));
    assert.match(beside.course.id, /^urn:lectern:course:[0-9a-f]{32}$/);
    assert.equal((await openCourse(join(folder, 'beside/json'))).course.id, beside.course.id, 'the same each time');
    await Promise.all([course.close(), beside.close()]);
  });

  it('says what is wrong, in words and for machines, and leaves nothing behind', async () => {
    const [gone, broken, empty, unknown, score] = await Promise.all([
      lectern('pack', join(folder, 'gone'), '--as', 'scorm12'),
      lectern('pack', join(folder, 'broken'), '--as', 'scorm12', '--json', '--out', join(folder, 'x.zip')),
      lectern('pack', join(folder, 'empty'), '--as', 'cmi5'),
      lectern('pack', join(folder, 'course'), '--as', 'aicc'),
      lectern('pack', join(folder, 'course'), '--as', 'scorm12', '--mastery', '80'),
    ]);
    assert.equal(gone.code, 1);
    assert.match(gone.err, /no such file or folder\. \[file-unreadable, file /);
    assert.equal(broken.code, 1);
    assert.deepEqual((JSON.parse(broken.out) as { error: { code: string; field: string } }).error.code, 'file-missing');
    assert.match(empty.err, /no-manifest/);
    assert.deepEqual([unknown.code, score.code], [2, 2]);
    assert.deepEqual((await readdir(folder)).filter((name) => /zip|part/.test(name)), []);
  });

  it('shows a file under its name only when it is whole', async () => {
    const to = join(folder, 'empty', 'whole.bin');
    await assert.rejects(writeWhole(to, async (sink) => {
      await sink.write(new Uint8Array(10));
      throw new Error('half way');
    }), /half way/);
    assert.deepEqual(await readdir(join(folder, 'empty')), []);
    await assert.rejects(writeWhole(join(folder, 'nowhere', 'x.zip'), () => Promise.resolve()), { code: 'file-unwritable' });
  });
});
