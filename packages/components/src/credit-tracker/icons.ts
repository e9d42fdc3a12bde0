import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const icon = (paths: SVGTemplateResult): TemplateResult => html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;

export const icons = {
  open: icon(svg`<path d="m9 5 7 7-7 7" />`),
  met: icon(svg`<circle cx="12" cy="12" r="9" /><path d="m8 12 3 3 5-6" />`),
  unmet: icon(svg`<circle cx="12" cy="12" r="9" stroke-dasharray="3.5 3" />`),
  seal: icon(svg`<rect x="4" y="4" width="16" height="16" rx="3" /><path d="M9 8v8M9 12h6M15 8v8" />`),
  refresh: icon(svg`<path d="M20 12a8 8 0 1 1-2.6-5.9M20 4v5h-5" />`),
  fault: icon(svg`<circle cx="12" cy="12" r="9" /><path d="M12 7v6M12 16v.01" />`),
} as const;
