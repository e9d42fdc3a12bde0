import type { CourseOutcome, LmsConnection } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../internal/localize.js';
import { renderDelivery, restWords, type ChromeModel } from './chrome.js';

/**
 * Why no unit is on the stage: the learner has left; the course has ended; the course leads nowhere now, and its contents may; the attempt is open in another place, or has gone on
 * there.
 */
export type Resting = 'left' | 'ended' | 'choose' | 'elsewhere' | 'taken';

/** The stage without a unit: after leaving, at the course's end, and where the learner is to choose. */
export function renderResting(why: Resting, model: ChromeModel, outcome: CourseOutcome | undefined, goOn: () => void): TemplateResult {
  const { words, level, recorded, session } = model;
  const { msg } = words;
  if (why === 'elsewhere' || why === 'taken') return renderElsewhere(why, model, goOn);
  const rest = restWords(model.progress, words);
  const back = why === 'choose' ? undefined : wayBack(session?.connection);
  const heading = { left: msg('You have left the course'), ended: msg('You have reached the end of the course'), choose: msg('Choose a unit') }[why];
  return html`<div class="left" part="left">
    <div class="heading" role="heading" aria-level=${level + 1} tabindex="-1">${heading}</div>
    ${why === 'ended' ? html`<p>${endWords(outcome, words)}</p>` : nothing}
    ${why === 'choose' ? html`<p>${msg('The contents show which units are open to you now.')}</p>` : html`<p>${why === 'ended' ? '' : recorded ? msg('You can go on where you stopped.') : msg('Nothing was recorded, so the next visit starts anew.')}</p>`}
    ${why === 'left' && recorded ? html`${renderDelivery({ ...model, delivery: model.delivery && { ...model.delivery, retry: false } })}${rest ? html`<p class="facts"><bdi>${rest}</bdi></p>` : nothing}` : nothing}
    ${why === 'choose' ? nothing : html`<div class="ways">
      ${back ? html`<button type="button" class="primary back" @click=${back}>${msg('Return to the learning platform')}</button>` : nothing}
      <button type="button" class=${back ? 'go-on' : 'primary go-on'} @click=${goOn}>${why === 'ended' ? msg('Start again') : msg('Go on')}</button>
    </div>`}
  </div>`;
}

/** Two places at once would count the same time twice. */
function renderElsewhere(why: 'elsewhere' | 'taken', { words: { msg }, level }: ChromeModel, takeOver: () => void): TemplateResult {
  const taken = why === 'taken';
  const says = taken ? msg('You have gone on in another tab or window. What you did here until then is kept.') : msg('This course is open in another tab or window, and only one can record at a time.');
  return html`<div class="left" part="left">
    <div class="heading" role="heading" aria-level=${level + 1} tabindex="-1">${taken ? msg('The course goes on elsewhere') : msg('The course is open elsewhere')}</div>
    <p>${says}</p>
    <div class="ways"><button type="button" class="primary go-on" @click=${takeOver}>${msg('Continue here')}</button></div>
  </div>`;
}

/** Where the LMS wants the learner to go when they are done (cmi5 10.2.6): its session is ended first. `undefined`: it does not say. */
function wayBack(connection: LmsConnection | undefined): (() => void) | undefined {
  const { returnUrl } = connection ?? {};
  // From outside, and navigated to.
  if (!connection || returnUrl === undefined || !URL.canParse(returnUrl) || !/^https?:$/.test(new URL(returnUrl).protocol)) return undefined;
  const go = (): void => location.assign(returnUrl);
  return () => void connection.close().then(go, go);
}

/** What the whole course has come to, by its own rules. */
function endWords(outcome: CourseOutcome | undefined, { msg }: Localizer): string {
  if (outcome?.success) return outcome.success === 'passed' ? msg('You have passed it.') : msg('You have not passed it.');
  return outcome?.completed ? msg('You have completed it.') : msg('You can look at it again from the beginning.');
}
