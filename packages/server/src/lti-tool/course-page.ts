import { pickText } from '@lectern/core';
import { Hono } from 'hono';
import { pagePolicy } from '../http/security-headers.js';
import { escapeHtml } from './html.js';
import type { LtiToolServices } from './services.js';

const WORDS = {
  script: ['This course needs JavaScript.', '本课程需要启用 JavaScript。'],
  gone: ['This course is not here any more. Please tell your teacher.', '这门课程已不在这里，请告诉您的老师。'],
} as const;

/** `GET /lti/courses/:id`: the page that a learner's launch ends in. By itself it says nothing of anybody; the launch is in the fragment of its address. */
export function coursePage({ courses, originsOf }: Pick<LtiToolServices, 'courses' | 'originsOf'>): Hono {
  const app = new Hono();
  app.get('/courses/:id', async (c) => {
    const id = c.req.param('id');
    const stored = await courses.find(id);
    const unit = c.req.query('unit');
    const language = stored?.course.language;
    const src = `/courses/${encodeURIComponent(id)}/course.json${unit === undefined ? '' : `?unit=${encodeURIComponent(unit)}`}`;
    const both = ([en, zh]: readonly [string, string]): string => `<p class="alarm">${en} <span lang="zh-CN">${zh}</span></p>`;
    return c.html(`<!doctype html>
<html lang="${escapeHtml(language ?? 'en')}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="strict-origin-when-cross-origin">
    <meta name="robots" content="noindex">
    <title>${escapeHtml(stored ? pickText(stored.course.title, language ? [language] : []) : 'Lectern')}</title>
    <link rel="icon" href="/campus/mark.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/campus/dispatch.css">
    ${stored ? `<link rel="preload" href="${escapeHtml(src)}" as="fetch" crossorigin="anonymous">
    <script type="module" src="/campus/lti-course.js"></script>
    <script type="module" src="/lectern/lectern.js"></script>` : ''}
  </head>
  <body>
    <main id="lectern">${stored ? `<learning-session lms="lti"><course-player heading-level="1" src="${escapeHtml(src)}"></course-player></learning-session>` : both(WORDS.gone)}</main>
    <noscript>${both(WORDS.script)}</noscript>
  </body>
</html>
`, stored ? 200 : 404, {
      // Who may have it in a frame cannot be told: a platform's issuer may be another host. Without a launch it shows what the address of the course shows anybody.
      'Content-Security-Policy': pagePolicy({ embedders: ['*'] }, originsOf(c.req.raw)),
      'Cache-Control': 'no-cache',
    });
  });
  return app;
}
