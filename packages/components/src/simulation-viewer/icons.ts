import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const icon = (paths: SVGTemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;

export const icons = {
  play: icon(svg`<path d="M7 5v14l11-7z" />`),
  pause: icon(svg`<path d="M8 5v14M16 5v14" />`),
  restart: icon(svg`<path d="M4 12a8 8 0 1 0 2.6-5.9M4 4v5h5" />`),
  hint: icon(svg`<path d="M9 18h6M10 21h4M12 3a6 6 0 0 1 3.6 10.8c-.7.6-1.1 1.3-1.1 2.2h-5c0-.9-.4-1.6-1.1-2.2A6 6 0 0 1 12 3z" />`),
  nearer: icon(svg`<path d="M12 6v12M6 12h12" />`),
  farther: icon(svg`<path d="M6 12h12" />`),
  view: icon(svg`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />`),
  right: icon(svg`<path d="m5 13 4 4L19 7" />`),
  wrong: icon(svg`<path d="m7 7 10 10M17 7 7 17" />`),
  clock: icon(svg`<circle cx="12" cy="12" r="8" /><path d="M12 8v4l3 2" />`),
  note: icon(svg`<circle cx="12" cy="12" r="9" /><path d="M12 11v5M12 8v.01" />`),
} as const;
