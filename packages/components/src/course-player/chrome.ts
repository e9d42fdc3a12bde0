import { pickText, unitStatus, type NavigationRequest, type Session, type Step, type StepRequest, type Unit } from '@lectern/core';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { icon } from '../internal/icons.js';
import { str, type Localizer } from '../internal/localize.js';
import { durationWords, statusWords } from './contents.js';
import type { DeliveryWords } from './delivery-words.js';
import { KINDS } from './units/kinds.js';

/** What surrounds a unit: the course's head, the unit's head, and the way to its neighbours. */
export interface ChromeModel {
  readonly words: Localizer;
  readonly level: number;
  readonly units: readonly Unit[];
  readonly unit: Unit | undefined;
  readonly session: Session | undefined;
  readonly title: string;
  readonly delivery: DeliveryWords | undefined;
  readonly recorded: boolean;
  retry(): void;
  leave(): void;
  go(request: NavigationRequest): void;
  /** Whether a step may be taken now, and where it leads. */
  step(request: StepRequest): Step;
}

export function renderHeader({ words, level, session, title, units, delivery, recorded, unit, step, retry, leave }: ChromeModel): TemplateResult {
  const { msg } = words;
  const rollUp = session?.getState().rollUp;
  const progress = rollUp?.progress ?? 0;
  const percent = words.percent(progress);
  const done = words.number(rollUp?.satisfiedUnits ?? 0);
  const all = words.number(units.length);
  const told = rollUp?.satisfied ? msg('Course completed') : units.length > 1 ? msg(str`${done} of ${all} done`) : percent;
  const leaveWords = recorded ? msg('Save and exit') : msg('Exit');
  return html`<div class="head" part="header">
    <div class="course-title" role="heading" aria-level=${level}><bdi>${title}</bdi></div>
    ${delivery
      ? html`<p class="delivery ${delivery.tone}" part="delivery">
          ${icon(delivery.icon)}<bdi>${delivery.text}</bdi>
          ${delivery.retry ? html`<button type="button" class="plain small" @click=${retry}>${msg('Try again')}</button>` : nothing}
        </p>`
      : nothing}
    <p class="overall ${rollUp?.satisfied ? 'good' : ''}"><bdi>${told}</bdi></p>
    ${unit && !step('suspendAll').hidden ? html`<button type="button" class="plain leave" @click=${leave}>${icon('leave', 'turns')}<span>${leaveWords}</span></button>` : nothing}
    <div class="track" part="progress" role="progressbar" aria-label=${msg('Progress of the course')} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.floor(progress * 100)} aria-valuetext=${percent}>
      <svg width="100%" height="3" aria-hidden="true">${svg`<rect width="${(progress * 100).toFixed(2)}%" height="3" />`}</svg>
    </div>
  </div>`;
}

export function renderUnitHead({ words, level, session, unit }: ChromeModel): TemplateResult | typeof nothing {
  if (!unit) return nothing;
  const state = session?.getState().units[unit.id];
  const status = unitStatus(state);
  const seconds = unit.expectedSeconds ?? state?.length;
  const description = pickText(unit.description, words.languages);
  return html`<div class="unit-head">
    <p class="facts">
      ${icon(KINDS[unit.kind].icon)}<bdi>${[KINDS[unit.kind].words(words), seconds ? durationWords(seconds, words) : ''].filter(Boolean).join(' · ')}</bdi>
      ${status === 'notStarted' || status === 'inProgress' ? nothing : html`<span class="verdict ${status}">${statusWords(status, words)}</span>`}
    </p>
    <div class="unit-title" role="heading" aria-level=${level + 1} tabindex="-1"><bdi>${pickText(unit.title, words.languages)}</bdi></div>
    ${description ? html`<p class="description"><bdi>${description}</bdi></p>` : nothing}
  </div>`;
}

export function renderSteps(model: ChromeModel): TemplateResult | typeof nothing {
  const { words, units, unit, session, go } = model;
  if (units.length < 2 || !unit) return nothing;
  const state = session?.getState().units[unit.id];
  const done = state?.completed === true || state?.success === 'passed';
  const step = (request: 'continue' | 'previous', label: string, sign: TemplateResult, className: string) => {
    const { allowed, hidden, unitId } = model.step(request);
    if (!allowed || hidden) return html`<span></span>`;
    const to = units.find(({ id }) => id === unitId);
    return html`<button type="button" class=${className} part=${className.split(' ')[0]!} @click=${() => go({ request })}>
      ${sign}<span class="step-words"><span class="step-label">${label}</span>${to ? html`<span class="step-title"><bdi>${pickText(to.title, words.languages)}</bdi></span>` : nothing}</span>
    </button>`;
  };
  return html`<div class="steps" part="steps" role="group" aria-label=${words.msg('Neighbouring units')}>
    ${step('previous', words.msg('Previous'), icon('previous', 'turns'), 'previous')}
    ${step('continue', words.msg('Next'), icon('next', 'turns'), done ? 'next primary' : 'next')}
  </div>`;
}

/** Grey shapes in the places of what is on its way. */
export const renderSkeleton = (): TemplateResult => html`<div class="skeleton" aria-hidden="true"><div class="bone wide"></div><div class="bone"></div></div>`;
