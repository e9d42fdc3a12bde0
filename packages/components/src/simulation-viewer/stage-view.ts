import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../internal/localize.js';
import { icons } from './icons.js';
import type { ModelStage } from './model-stage.js';
import { textOf, type PanelView } from './panel.js';
import type { SimulationViewerError } from './simulation-viewer-error.js';

/** The model, or what there is instead of it. */
export function renderStage(stage: ModelStage, view: PanelView): TemplateResult {
  const { words, simulation } = view;
  const { status } = stage;
  if (status === 'unavailable' || status === 'lost') {
    return html`<div class="stage without" part="stage">
      <div class="note">${icons.note}<div>
        <p>${status === 'lost' ? words.msg('The browser has put the 3D picture away for now.') : words.msg('The 3D picture cannot be shown here.')}</p>
        <p class="more">${words.msg('Everything works with the list of parts below.')}</p>
      </div></div>
      <p class="alt">${textOf(view, simulation.model.alt)}</p>
      ${status === 'lost' ? html`<div hidden>${stage.element}</div>` : nothing}
    </div>`;
  }
  const loading = status !== 'ready';
  return html`<div class="stage" part="stage">
    ${stage.element ?? nothing}
    ${loading
      ? html`<div class="loading">
          <label for="model-progress">${words.msg('Loading the model')}</label>
          <progress id="model-progress" max="1" .value=${stage.progress}>${words.percent(stage.progress)}</progress>
        </div>`
      : html`<div class="tools" role="group" aria-label=${words.msg('View')}>
          <button class="icon" aria-label=${words.msg('Nearer')} title=${words.msg('Nearer')} @click=${() => stage.zoom(2)}>${icons.nearer}</button>
          <button class="icon" aria-label=${words.msg('Farther')} title=${words.msg('Farther')} @click=${() => stage.zoom(-2)}>${icons.farther}</button>
          <button
            class="icon"
            aria-label=${words.msg('Whole model')}
            title=${words.msg('Whole model')}
            @click=${() => stage.lookAt(undefined, { orbit: simulation.model.cameraOrbit, target: simulation.model.cameraTarget })}
          >
            ${icons.view}
          </button>
        </div>`}
  </div>`;
}

/** Before the simulation is there. `expected`: it has been asked for; else nothing is said to be on its way. */
export function renderLoading(words: Localizer, expected: boolean): TemplateResult {
  return html`<div class="viewer" part="base" lang=${words.locale} aria-busy=${expected ? 'true' : 'false'}>
    <div class="columns"><div class="stage" part="stage"></div><div class="panel" part="panel"><p class="muted" role="status">${expected ? words.msg('Loading the simulation …') : nothing}</p></div></div>
  </div>`;
}

/** What went wrong, in words, with what the learner can do; the code and the place are for whoever made the page. */
export function renderFault(error: SimulationViewerError, words: Localizer, retry: () => void): TemplateResult {
  const said = {
    'simulation-offline': words.msg('You are offline. The simulation is loaded when the network is back.'),
    'simulation-unreachable': words.msg('The simulation could not be reached. Try again in a while.'),
    'simulation-invalid': words.msg('The simulation’s description is faulty. Tell whoever made this page.'),
    'session-failed': words.msg('Your session could not be opened, so nothing would be recorded.'),
    'model-unavailable': words.msg('The 3D picture cannot be shown here.'),
    'webgl-unavailable': words.msg('The 3D picture cannot be shown here.'),
    'webgl-lost': words.msg('The browser has put the 3D picture away for now.'),
  }[error.code];
  return html`<div class="viewer" part="base" lang=${words.locale}>
    <div class="fault" part="error" role="alert">
      ${icons.wrong}
      <div>
        <p><b>${said}</b></p>
        <p class="more small" lang="en" dir="ltr"><code>${error.code}</code>${error.field ? html` · <code>${error.field}</code>` : nothing} · ${error.message}</p>
        <button @click=${retry}>${icons.restart}${words.msg('Try again')}</button>
      </div>
    </div>
  </div>`;
}
