import { html, type TemplateResult } from 'lit';

/** 24 × 24, drawn with a stroke of 2. Here and not in the player's own, which every page loads. */
const PATHS = {
  out: 'M6 12h12',
  in: 'M6 12h12M12 6v12',
  find: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zm5-2 5 5',
  outline: 'M4 6h.01M8 6h12M4 12h.01M8 12h12M4 18h.01M8 18h12',
  print: 'M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z',
  download: 'M12 4v11m-5-4 5 5 5-5M5 20h14',
  turn: 'M20 5v5h-5M19.5 10A8 8 0 1 0 20 13',
  up: 'm6 15 6-6 6 6',
  down: 'm6 9 6 6 6-6',
  close: 'm7 7 10 10M17 7 7 17',
  lock: 'M6 11h12v9H6zm3 0V8a3 3 0 0 1 6 0v3',
  text: 'M4 18 9 6l5 12M6 14h6m4 4 3-7 3 7m-5-2h4',
} as const;

export const glyph = (name: keyof typeof PATHS): TemplateResult => html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
