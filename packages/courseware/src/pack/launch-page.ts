import type { Course } from '@lectern/core';
import type { PackTarget } from './pack-options.js';
import type { Launch } from './plan.js';
import { originsOf } from './unit-urls.js';
import { escapeXml } from './xml.js';

/** The page's own style sheet, beside the player. */
export const PAGE_CSS = `:root { color-scheme: light dark; }
html, body { margin: 0; min-height: 100%; }
body { background: Canvas; color: CanvasText; font-family: system-ui, 'Noto Sans SC', sans-serif; }
main { max-inline-size: 90rem; margin-inline: auto; }
.alarm { margin: 1rem; padding: .75rem 1rem; border: 1px solid; border-radius: .5rem; }
`;

const NO_SCRIPT = 'This course needs JavaScript. 本课程需要启用 JavaScript。';

/** From a launch page to the player's folder; the package's root is above that. */
export const toFolder = (page: string): string => '../'.repeat(page.split('/').length - 2);

/**
 * The page that an LMS opens. What it has to know is in its `data-` attributes; `launch.js` does the rest.
 * @param plain markup for hosts that leave scripts out; the player takes its place. Absent: a word that scripts are needed
 */
export function launchPage(course: Course, { unit, page, title }: Launch, as: PackTarget, plain?: string): Uint8Array {
  const up = toFolder(page!);
  const data = {
    as,
    course: `${up}../course.json`,
    frame: `${up}frame/index.html`,
    ...(unit ? { unit: unit.id } : {}),
  };
  const attributes = Object.entries(data).map(([name, value]) => ` data-${name}="${escapeXml(value)}"`).join('');
  return new TextEncoder().encode(`<!doctype html>
<html lang="${escapeXml(course.language ?? 'en')}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="${escapeXml(policyOf(course, as))}">
    <meta name="referrer" content="strict-origin-when-cross-origin">
    <title>${escapeXml(title)}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${up}page.css">
    <script type="module" src="${up}launch/launch.js"></script>
    <script type="module" src="${up}player/lectern.js"></script>
  </head>
  <body>
${plain === undefined ? `    <main id="lectern"${attributes}></main>\n    <noscript><p class="alarm">${NO_SCRIPT}</p></noscript>` : `    <main id="lectern"${attributes}>\n${plain}\n    </main>`}
  </body>
</html>
`);
}

/**
 * What the page may ask: itself, and what the course names. A cmi5 or xAPI launch says itself where its record goes, so any server may be asked then. Units in the
 * courseware frame are pages of their own.
 */
function policyOf(course: Course, as: PackTarget): string {
  const named = originsOf(course).join(' ');
  const records = as === 'cmi5' || as === 'xapi' ? 'https: http:' : '';
  const policy: Readonly<Record<string, string>> = {
    'default-src': "'none'",
    'script-src': "'self' 'wasm-unsafe-eval'",
    'style-src': "'self'",
    'img-src': `'self' data: blob: ${named}`,
    'media-src': `'self' data: blob: ${named}`,
    'font-src': "'self' data:",
    'connect-src': `'self' data: blob: ${named} ${records}`,
    'frame-src': `'self' blob: ${named}`,
    'worker-src': "'self' blob:",
    'base-uri': "'none'",
    'form-action': "'none'",
  };
  return Object.entries(policy).map(([name, value]) => `${name} ${value.trim().replace(/\s+/g, ' ')}`).join('; ');
}
