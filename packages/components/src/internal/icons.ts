import { html, type TemplateResult } from 'lit';

/** 24 × 24, drawn with a stroke of 2. */
const PATHS = {
  check: 'm5 13 4.5 4.5L19 7',
  cross: 'm7 7 10 10M17 7 7 17',
  next: 'm9 5 7 7-7 7',
  previous: 'm15 5-7 7 7 7',
  video: 'M4 6h16v12H4zm6 3.5v5l4.5-2.5z',
  audio: 'M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v6H4zm13 0h3v6h-3z',
  document: 'M6 3h8l4 4v14H6zm3 8h6m-6 4h6',
  lesson: 'M12 6C9.5 4.5 6.5 4.5 3 5v13c3.5-.5 6.5-.5 9 1 2.5-1.5 5.5-1.5 9-1V5c-3.5-.5-6.5-.5-9 1zm0 0v13',
  simulation: 'm12 3 8 4.5v9L12 21l-8-4.5v-9zm0 9 8-4.5M12 12 4 7.5m8 4.5v9',
  quiz: 'M4 5h3v3H4zm7 1.5h9M4 10.5h3v3H4zm7 1.5h9M4 16h3v3H4zm7 1.5h9',
  link: 'M14 4h6v6m0-6-9 9m-2-7H4v14h14v-5',
  saved: 'M7 19a4.5 4.5 0 0 1-.5-9 6 6 0 0 1 11.5 1.5A3.8 3.8 0 0 1 17.5 19zm2.5-5 2 2 3.5-3.5',
  waiting: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zm0-14v5l3 2',
  alert: 'M12 8v5m0 3.5v.01M12 3 2.5 20h19z',
  unrecorded: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.6 5.6l12.8 12.8',
  back: 'M4 5v5h5M4.5 10A8 8 0 1 1 4 13',
  locked: 'M6 11h12v9H6zm2.5 0V8a3.5 3.5 0 0 1 7 0v3',
  fullscreen: 'M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5',
  window: 'M9 4v5H4m16 0h-5V4m0 16v-5h5M4 15h5v5',
  leave: 'M14 4h6v16h-6M10 8l-4 4 4 4m-4-4h9',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words that say the same; screen readers pass over it. */
export const icon = (name: IconName, className = ''): TemplateResult =>
  html`<svg class=${className} viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
