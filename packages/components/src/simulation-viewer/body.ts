import type { nothing, TemplateResult } from 'lit';
import { renderResult } from './feedback.js';
import { renderIntro, renderPaused, renderStep, type PanelView } from './panel.js';

/** What the panel is about now. */
export function renderBody(view: PanelView): TemplateResult | typeof nothing {
  switch (view.state.status) {
    case 'ready':
      return renderIntro(view);
    case 'running':
      return renderStep(view);
    case 'paused':
    case 'suspended':
      return renderPaused(view);
    case 'finished':
      return renderResult(view);
  }
}
