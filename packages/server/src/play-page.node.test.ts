import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Course } from '@lectern/core';
import { fillPlayPage } from './play-page.js';

const PAGE = '<!doctype html><html><head><title>x</title></head><body><course-player id="player"></course-player></body></html>';
const origins = { public: 'https://learn.example', content: 'https://content.example' };

const stored = (course: Partial<Course>) => ({
  id: 'a b',
  tenantId: 1,
  title: 'A',
  course: { id: 'urn:x:a', title: 'A', format: 'course', children: [], ...course } as Course,
}) as unknown as Parameters<typeof fillPlayPage>[1];

test('a video that comes first is in the page, with the addresses the player will use', () => {
  const page = fillPlayPage(PAGE, stored({
    base: '..',
    children: [{
      type: 'unit', kind: 'video', id: 'v', title: 'V', moveOn: 'Completed', poster: 'p.jpg',
      sources: [{ src: 'm/a.mp4', type: 'video/mp4; codecs="avc1.42C01E"' }],
      tracks: [{ src: 'm/a.vtt', kind: 'captions', lang: 'en' }],
    }],
  }), origins);
  assert.match(page, /<link rel="preload" href="\/courses\/a%20b\/course\.json" as="fetch" crossorigin="anonymous" \/>/);
  assert.match(page, /<course-player id="player" src="\/courses\/a%20b\/course\.json"><video controls playsinline preload="auto" crossorigin="anonymous" poster="https:\/\/content\.example\/c\/p\.jpg">/);
  assert.match(page, /<source src="https:\/\/content\.example\/c\/m\/a\.mp4" type="video\/mp4; codecs=&quot;avc1\.42C01E&quot;" \/>/);
});

test('the page on which courses may be kept stays one', () => {
  const player = '<course-player id="player" offline page-worker="/lectern/page-worker.js"';
  const page = fillPlayPage(PAGE.replace('<course-player id="player"', player), stored({}), origins);
  assert.ok(page.includes(`<body>${player} src="/courses/a%20b/course.json"></course-player></body>`));
});

test('a course that begins otherwise has none', () => {
  const page = fillPlayPage(PAGE, stored({ children: [{ type: 'unit', kind: 'html', id: 'h', title: 'H', moveOn: 'Completed', href: 'x.html', completion: { policy: 'visited' } }] }), origins);
  assert.ok(!page.includes('<video'));
});

test('nothing of a course becomes markup', () => {
  const evil = '"><script>alert(1)</script>$&';
  const page = fillPlayPage(PAGE, stored({
    children: [{ type: 'unit', kind: 'video', id: 'v', title: 'V', moveOn: 'Completed', poster: evil, sources: [{ src: evil, type: evil }] }],
  }), origins);
  assert.ok(!page.includes('<script'));
  assert.equal(page.match(/<video/g)?.length, 1);
});
