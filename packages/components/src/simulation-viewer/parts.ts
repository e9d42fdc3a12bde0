import { html, nothing, render, type TemplateResult } from 'lit';
import type { ModelStage, StageStatus } from './model-stage.js';
import { textOf, type PanelView } from './panel.js';

/**
 * The parts as a list of buttons: what the pointer does on the model, everybody can do here. Numbers tell which is which.
 */
export function renderParts(view: PanelView, stage: StageStatus, use: (part: string) => void): TemplateResult {
  const { simulation, state, words } = view;
  const running = state.status === 'running';
  const alone = stage === 'unavailable' || stage === 'lost';
  return html`<div class="parts ${alone ? 'alone' : ''}" part="parts">
    <div id="parts" role="heading" aria-level=${view.level + 1}>${words.msg('Parts')}</div>
    <ol role="list" aria-labelledby="parts">
      ${simulation.parts.map(
        (part, index) => html`<li>
          <button
            part="part-button"
            aria-disabled=${running ? 'false' : 'true'}
            aria-describedby=${part.description ? `about-${index}` : nothing}
            @click=${() => use(part.id)}
          >
            <span class="number" aria-hidden="true">${words.number(index + 1)}</span>
            <span>${textOf(view, part.title)}${part.description ? html`<small id="about-${index}" ?hidden=${!alone}>${textOf(view, part.description)}</small>` : nothing}</span>
          </button>
        </li>`,
      )}
    </ol>
  </div>`;
}

/**
 * The parts as hotspots. They are children of `<model-viewer>`, which is made by hand (see `createModelViewer`), so they are
 * rendered into it by hand. The list is the way for the keyboard: two tab stops a part would be one too many. The name has the
 * number that is seen, so that one can say it (WCAG 2.5.3).
 */
export function renderHotspots(stage: ModelStage, view: PanelView | undefined, use: (part: string) => void): void {
  const { element } = stage;
  if (!element || !view) return;
  const { simulation, state, words } = view;
  const running = state.status === 'running';
  render(
    simulation.parts.map((part, index) => {
      const title = textOf(view, part.title);
      return html`<button
        slot="hotspot-${part.id}"
        part="hotspot"
        class="hotspot"
        tabindex="-1"
        data-position=${part.position}
        data-normal=${part.normal}
        aria-disabled=${running ? 'false' : 'true'}
        aria-label=${`${words.number(index + 1)} ${title}`}
        @click=${() => use(part.id)}
      >
        <span aria-hidden="true">${words.number(index + 1)}</span><span class="name" aria-hidden="true">${title}</span>
      </button>`;
    }),
    element,
  );
}
