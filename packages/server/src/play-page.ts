import { listUnits, type VideoUnit } from '@lectern/core';
import type { StoredCourse } from './courseware/course-store.js';
import { servedCourse } from './courseware/served-course.js';
import type { Origins } from './http/origins.js';

/** The player as it is in our pages. On the page that is only the player, courses may be kept for times without a network. */
const PLAYER = /(<course-player id="player"(?: offline page-worker="\/lectern\/page-worker\.js")?)><\/course-player>/;

/**
 * The player's page with what the browser can begin at once: the course's description, and a video that comes first, which loads while
 * the script is on its way and is taken over by the player.
 */
export function fillPlayPage(page: string, stored: StoredCourse, origins: Origins): string {
  const src = `/courses/${encodeURIComponent(stored.id)}/course.json`;
  const { base, ...course } = servedCourse(stored, origins);
  const [first] = listUnits(course);
  const video = first?.kind === 'video' ? renderVideo(first, base, origins) : '';
  return page
    .replace('</head>', () => `  <link rel="preload" href="${escape(src)}" as="fetch" crossorigin="anonymous" />\n  </head>`)
    .replace(PLAYER, (_tag, opening: string) => `${opening} src="${escape(src)}">${video}</course-player>`);
}

function renderVideo({ sources, tracks, poster }: VideoUnit, base: string, { public: host }: Origins): string {
  const resolve = (src: string): string => new URL(src, base).href;
  // As the player would: tracks of another origin load in CORS mode only.
  const cors = tracks?.some(({ src }) => new URL(src, base).origin !== host) ? ' crossorigin="anonymous"' : '';
  const shown = poster ? ` poster="${escape(resolve(poster))}"` : '';
  const files = sources.map(({ src, type }) => `<source src="${escape(resolve(src))}"${type ? ` type="${escape(type)}"` : ''} />`).join('');
  return `<video controls playsinline preload="auto"${cors}${shown}>${files}</video>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
