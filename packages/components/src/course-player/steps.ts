import { pickText } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../internal/icons.js';
import type { ChromeModel } from './chrome.js';
import { closedWords } from './closed-words.js';

/** The way to the neighbouring units, or why there is none yet. */
export function renderSteps(model: ChromeModel): TemplateResult | typeof nothing {
  const { words, units, unit, session, go } = model;
  if (units.length < 2 || !unit) return nothing;
  const state = session?.getState().units[unit.id];
  const done = state?.completed === true || state?.success === 'passed';
  const step = (request: 'continue' | 'previous', label: string, sign: TemplateResult, className: string) => {
    const way = model.step(request);
    const to = units.find(({ id }) => id === way.unitId);
    if (way.hidden || (!way.allowed && !(to && way.missing))) return html`<span></span>`;
    if (!way.allowed) {
      const why = closedWords(way.reason, (way.missing ?? []).map(model.titleOf), words);
      return html`<p class="step-closed">${icon('locked')}<span class="step-words"><bdi class="step-title">${pickText(to!.title, words.languages)}</bdi><bdi>${why}</bdi></span></p>`;
    }
    return html`<button type="button" class=${className} part=${className.split(' ')[0]!} @click=${() => go({ request })}>
      ${sign}<span class="step-words"><span class="step-label">${label}</span>${to ? html`<span class="step-title"><bdi>${pickText(to.title, words.languages)}</bdi></span>` : nothing}</span>
    </button>`;
  };
  return html`<div class="steps" part="steps" role="group" aria-label=${words.msg('Neighbouring units')}>
    ${step('previous', words.msg('Previous'), icon('previous', 'turns'), 'previous')}
    ${step('continue', words.msg('Next'), icon('next', 'turns'), done ? 'next primary' : 'next')}
  </div>`;
}
