import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const icon = (paths: SVGTemplateResult, className = ''): TemplateResult => html`<svg class=${className} viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;

export const icons = {
  open: icon(svg`<path d="m9 5 7 7-7 7" />`, 'turns'),
  refresh: icon(svg`<path d="M20 12a8 8 0 1 1-2.6-5.9M20 4v5h-5" />`),
  filter: icon(svg`<path d="M4 6h16M7 12h10M10 18h4" />`),
  save: icon(svg`<path d="M12 4v11m-5-5 5 5 5-5M4 20h16" />`),
  copy: icon(svg`<path d="M8 8h12v12H8zM4 16V4h12" />`),
  follow: icon(svg`<circle cx="12" cy="12" r="3" /><path d="M6.3 17.7a8 8 0 0 1 0-11.4M17.7 6.3a8 8 0 0 1 0 11.4" />`),
  fault: icon(svg`<circle cx="12" cy="12" r="9" /><path d="M12 7v6M12 16v.01" />`),
  offline: icon(svg`<path d="M3 3l18 18M7 19a4.5 4.5 0 0 1-.5-9M10 6a6 6 0 0 1 8 5.5 3.8 3.8 0 0 1 2.5 6" />`),
  // How safe a statement is: each a shape of its own, so that none is told by its colour.
  pending: icon(svg`<circle cx="12" cy="12" r="8" stroke-dasharray="3.5 2.8" />`),
  journaled: icon(svg`<circle cx="12" cy="12" r="8" />`),
  durable: icon(svg`<circle cx="12" cy="12" r="8" /><path class="full" d="M12 4a8 8 0 0 1 0 16z" />`),
  stored: icon(svg`<circle cx="12" cy="12" r="9" /><path d="m8 12 3 3 5-6" />`),
  failed: icon(svg`<circle cx="12" cy="12" r="9" /><path d="m9 9 6 6m0-6-6 6" />`),
  unknown: icon(svg`<circle cx="12" cy="12" r="9" /><path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.300c-.7.3-1 .8-1 1.700M12 16.5v.01" />`),
} as const;
