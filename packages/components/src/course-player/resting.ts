import type { CourseOutcome } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../internal/localize.js';
import type { ChromeModel } from './chrome.js';

/** Why no unit is on the stage: the learner has left; the course has ended; the course leads nowhere now, and its contents may. */
export type Resting = 'left' | 'ended' | 'choose';

/** The stage without a unit: after leaving, at the course's end, and where the learner is to choose. */
export function renderResting(why: Resting, { words, level, recorded }: ChromeModel, outcome: CourseOutcome | undefined, goOn: () => void): TemplateResult {
  const { msg } = words;
  const heading = { left: msg('You have left the course'), ended: msg('You have reached the end of the course'), choose: msg('Choose a unit') }[why];
  return html`<div class="left" part="left">
    <div class="heading" role="heading" aria-level=${level + 1} tabindex="-1">${heading}</div>
    ${why === 'ended' ? html`<p>${endWords(outcome, words)}</p>` : nothing}
    ${why === 'choose' ? html`<p>${msg('The contents show which units are open to you now.')}</p>` : html`<p>${why === 'ended' ? '' : recorded ? msg('You can go on where you stopped.') : msg('Nothing was recorded, so the next visit starts anew.')}</p>`}
    ${why === 'choose' ? nothing : html`<button type="button" class="primary" @click=${goOn}>${why === 'ended' ? msg('Start again') : msg('Go on')}</button>`}
  </div>`;
}

/** What the whole course has come to, by its own rules. */
function endWords(outcome: CourseOutcome | undefined, { msg }: Localizer): string {
  if (outcome?.success) return outcome.success === 'passed' ? msg('You have passed it.') : msg('You have not passed it.');
  return outcome?.completed ? msg('You have completed it.') : msg('You can look at it again from the beginning.');
}
