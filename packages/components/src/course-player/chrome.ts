import { pickText, unitStatus, type NavigationRequest, type Session, type Step, type StepRequest, type Unit } from '@lectern/core';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { icon } from '../internal/icons.js';
import { str, type Localizer } from '../internal/localize.js';
import type { CourseProgress } from './course-progress.js';
import type { DeliveryWords } from './delivery-words.js';
import { durationWords, statusWords, usualSeconds } from './unit-words.js';
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
  readonly progress: CourseProgress;
  readonly fullscreen: boolean;
  toggleFullscreen(): void;
  retry(): void;
  leave(): void;
  go(request: NavigationRequest): void;
  /** What a unit or block is called. */
  titleOf(nodeId: string): string;
  /** Whether a step may be taken now, and where it leads. */
  step(request: StepRequest): Step;
}

/** "2 of 4 done", or that all is. */
function doneWords({ satisfied, satisfiedUnits, units, fraction }: CourseProgress, words: Localizer): string {
  const { msg } = words;
  // A package of one unit of many, in an LMS that leads from one to the next, is a course by itself here.
  if (satisfied && units > 0) return units > 1 ? msg('Course completed') : msg('Completed');
  const done = words.number(satisfiedUnits);
  const all = words.number(units);
  return units > 1 ? msg(str`${done} of ${all} done`) : words.percent(fraction);
}

/** What is left takes so long, where that is known. */
function timeWords({ satisfied, remainingSeconds }: CourseProgress, words: Localizer): string {
  if (!remainingSeconds || satisfied) return '';
  const time = durationWords(remainingSeconds, words);
  return words.msg(str`about ${time} left`);
}

/** "40% · about 25 min left", as far as it is known and not said already. */
export const restWords = (progress: CourseProgress, words: Localizer): string =>
  [progress.units > 1 && !progress.satisfied ? words.percent(progress.fraction) : '', timeWords(progress, words)].filter(Boolean).join(' · ');

export const renderDelivery = ({ delivery, words, retry }: Pick<ChromeModel, 'delivery' | 'words' | 'retry'>): TemplateResult | typeof nothing =>
  delivery
    ? html`<p class="delivery ${delivery.tone}" part="delivery">
        ${icon(delivery.icon)}<bdi>${delivery.text}</bdi>
        ${delivery.retry ? html`<button type="button" class="plain small" @click=${retry}>${words.msg('Try again')}</button>` : nothing}
      </p>`
    : nothing;

export function renderHeader(model: ChromeModel): TemplateResult {
  const { words, level, title, recorded, unit, step, leave, fullscreen, toggleFullscreen } = model;
  const { msg } = words;
  const { fraction, satisfied } = model.progress;
  const percent = words.percent(fraction);
  const rest = restWords(model.progress, words);
  const leaveWords = recorded ? msg('Save and exit') : msg('Exit');
  const fullWords = fullscreen ? msg('Leave full screen') : msg('Full screen');
  return html`<div class="head" part="header">
    <div class="course-title" role="heading" aria-level=${level}><bdi>${title}</bdi></div>
    ${renderDelivery(model)}
    <p class="overall ${satisfied ? 'good' : ''}"><bdi>${doneWords(model.progress, words)}</bdi>${rest ? html`<bdi class="rest">${rest}</bdi>` : nothing}</p>
    <div class="tools">
      <button type="button" class="plain tool" part="fullscreen" title=${fullWords} aria-label=${fullWords} @click=${toggleFullscreen}>${icon(fullscreen ? 'window' : 'fullscreen')}</button>
      ${unit && !step('suspendAll').hidden ? html`<button type="button" class="plain tool leave" part="exit" @click=${leave}>${icon('leave', 'turns')}<span>${leaveWords}</span></button>` : nothing}
    </div>
    <div class="track" part="progress" role="progressbar" aria-label=${msg('Progress of the course')} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.floor(fraction * 100)} aria-valuetext=${[percent, timeWords(model.progress, words)].filter(Boolean).join(', ')}>
      <svg width="100%" height="3" aria-hidden="true">${svg`<rect width="${(fraction * 100).toFixed(2)}%" height="3" />`}</svg>
    </div>
  </div>`;
}

export function renderUnitHead({ words, level, session, unit }: ChromeModel): TemplateResult | typeof nothing {
  if (!unit) return nothing;
  const state = session?.getState().units[unit.id];
  const status = unitStatus(state);
  const seconds = usualSeconds(unit, state);
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

/** Grey shapes in the places of what is on its way. */
export const renderSkeleton = (): TemplateResult => html`<div class="skeleton" aria-hidden="true"><div class="bone wide"></div><div class="bone"></div></div>`;
