import { pickText } from '@lectern/core';
import { Hono } from 'hono';
import { pagePolicy } from '../http/security-headers.js';
import { acceptedLanguages } from '../lrs/statement-format.js';
import type { DispatchServices } from './dispatch-routes.js';

type Services = Pick<DispatchServices, 'courses' | 'originsOf' | 'dispatches'>;

/**
 * `GET /dispatch/:id`: the page that a stub in another LMS shows in its frame. It finds out by itself whether the licence lets the learner in; who may frame it is the
 * licence's to say, too.
 */
export function dispatchPage({ courses, originsOf, dispatches }: Services): Hono {
  const app = new Hono();
  app.get('/:id', async (c) => {
    const id = c.req.param('id');
    // One that is not there any more is told by the page, in the learner's language.
    const known = await dispatches.get(id).catch(() => undefined);
    const stored = known && (await courses.find(known.courseId));
    const { origins = [] } = known ?? {};
    const { title: titles = 'Lectern', language: own } = stored?.course ?? {};
    const title = pickText(titles, [...acceptedLanguages(c.req.header('accept-language')), ...(own ? [own] : [])]);
    const language = (typeof titles === 'string' ? undefined : Object.keys(titles).find((tag) => titles[tag] === title)) ?? own;
    return c.html(
      `<!doctype html>
<html lang="${escape(language ?? 'en')}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="strict-origin-when-cross-origin">
    <meta name="robots" content="noindex">
    <title>${escape(title)}</title>
    <link rel="icon" href="/campus/mark.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/campus/dispatch.css">
    <script type="module" src="/dispatched/framed.js"></script>
    <script type="module" src="/lectern/lectern.js"></script>
  </head>
  <body>
    <main id="lectern" data-id="${escape(id)}"${known?.identity === 'browser' ? ' data-identity="browser"' : ''}></main>
    <noscript><p class="alarm">This course needs JavaScript. 本课程需要启用 JavaScript。</p></noscript>
  </body>
</html>
`,
      known ? 200 : 404,
      {
        'Content-Security-Policy': pagePolicy({ embedders: origins.length ? origins : ['*'] }, originsOf(c.req.raw)),
        // The address is as good as a key.
        'Cache-Control': 'no-store',
      },
    );
  });
  return app;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
