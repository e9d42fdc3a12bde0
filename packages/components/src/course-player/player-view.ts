import { getNode, pickText, type LecternError, type NavigationRequest } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';
import { icon } from '../internal/icons.js';
import { renderHeader, renderSkeleton, renderUnitHead, type ChromeModel } from './chrome.js';
import { courseProgress } from './course-progress.js';
import { deliveryWords, type DeliveryWords } from './delivery-words.js';
import type { Playback } from './playback.js';
import type { renderProblem } from './problem.js';
import type { DownloadView } from './sources/course-files.js';
import type { renderSteps } from './steps.js';
import { KINDS } from './units/kinds.js';

/** Contents with more units than this scroll within themselves, or what follows the player on the page would be out of reach. */
const LONG = 40;

/** What a player shows: grey shapes, a course without units, why there is no course, or the course. */
export type CoursePlayerState = 'loading' | 'empty' | 'error' | 'ready';

/** All that a player's picture is made of. */
export interface PlayerView {
  readonly state: CoursePlayerState;
  /** Why there is no course. */
  readonly error: LecternError | undefined;
  /** For screen readers, politely. */
  readonly announcement: string;
  /** Says what is wrong; absent while it is on its way. */
  readonly problem: typeof renderProblem | undefined;
  readonly words: Localizer;
  readonly level: number;
  readonly playback: Playback | undefined;
  /** The way to the neighbours; absent while it is on its way. */
  readonly steps: typeof renderSteps | undefined;
  /** What is kept for times without a network; comes late. */
  readonly offline: TemplateResult | typeof nothing | undefined;
  /** The page draws what surrounds the unit. */
  readonly bare: boolean;
  /** The page has a table of contents of its own in the player. */
  readonly ownContents: boolean;
  onSlot(): void;
  readonly fullscreen: boolean;
  /** What is wrong with the full screen is that there is none: a way back must be seen. */
  readonly pseudo: boolean;
  /** The course is being downloaded. */
  readonly download: DownloadView | undefined;
  cancel(): void;
  /** Goes where the course leads. */
  go(request: NavigationRequest): void;
  leave(): void;
  /** Back to where the learner was, or to the course's beginning. */
  goOn(): void;
  retry(): void;
  toggleFullscreen(): void;
}

/** The whole player. The element with the class `place` is the open unit's, the one named `rows` that of the contents: nothing is rendered into them. */
export function renderPlayer(view: PlayerView): TemplateResult {
  const { words, playback, bare } = view;
  const model = words.ready && playback ? chromeOf(view, playback) : undefined;
  const waits = view.state === 'loading' || !words.ready;
  return html`<div class="frame" part="base" lang=${words.locale} aria-busy=${waits ? 'true' : 'false'}>
    ${model && !bare ? html`${renderHeader(model)}${view.offline}` : nothing}
    <div class="body">
      <div class="stage" part="stage">
        ${model && !bare ? renderUnitHead(model) : nothing}
        <div class="place" part="unit" ?hidden=${!playback?.unit || playback.error !== undefined}></div>
        ${renderInstead(view, model)}${model && !bare ? view.steps?.(model) : nothing}
      </div>
      ${model && playback ? renderContentsOf(view, playback) : nothing}
    </div>
    ${view.ownContents && model ? nothing : html`<slot name="contents" hidden @slotchange=${view.onSlot}></slot>`}
    ${bare && view.pseudo ? html`<button type="button" class="unfull" part="fullscreen" @click=${view.toggleFullscreen}>${icon('window')}${words.msg('Leave full screen')}</button>` : nothing}
    <div class="keeper" hidden></div>
    <p class="unseen" role="status">${view.announcement}</p>
  </div>`;
}

/** What is said about saving. */
export function savingWords({ gate, session, recorded, failure, delivery, trouble, elsewhere }: Playback, words: Localizer): DeliveryWords | undefined {
  if (elsewhere && gate.state !== 'failed') return undefined;
  const mode = session?.getState().launchMode ?? 'Normal';
  return deliveryWords({ recorded, gate: gate.state, gateError: gate.error, kept: gate.kept, mode, delivery, failure, trouble }, words);
}

function chromeOf({ words, level, fullscreen, retry, leave, go, toggleFullscreen }: PlayerView, playback: Playback): ChromeModel {
  const { course, navigation, session, recorded, units, unit } = playback;
  return {
    words,
    level,
    units,
    unit,
    session,
    title: pickText(course.title, words.languages),
    delivery: savingWords(playback, words),
    recorded: recorded === true,
    progress: courseProgress(units, session?.getState()),
    fullscreen,
    toggleFullscreen,
    retry,
    leave,
    go,
    step: (request) => navigation.step(request),
    titleOf: (nodeId) => pickText(getNode(course, nodeId)?.title, words.languages) || nodeId,
  };
}

/** What stands in place of a unit. */
function renderInstead({ words, error: courseError, problem, playback, level, state, goOn, retry, download, cancel, leave }: PlayerView, model: ChromeModel | undefined): TemplateResult | typeof nothing {
  const { msg } = words;
  if (!words.ready) return playback?.unit ? nothing : html`<slot>${renderSkeleton()}</slot>`;
  const error = courseError ?? playback?.error;
  if (error) return problem?.(error, words, courseError !== undefined, level + 1, retry) ?? nothing;
  const stop = download ? cancel : leave;
  const coming = download ?? playback?.download;
  if (coming) return coming({ words, level: level + 1, cancel: stop });
  if (state === 'empty') return html`<div class="left"><slot name="empty">${msg('This course has no units yet.')}</slot></div>`;
  if (playback?.handedOver && playback.resting) return html`<p class="waits" role="status">${msg('Leaving…')}</p>`;
  if (model && playback?.resting) return playback.restingView?.(playback.resting, model, playback.navigation.outcome?.(), goOn) ?? nothing;
  // What the page has put into the player shows until a unit is there.
  if (!playback?.unit) {
    return playback?.gate.state === 'failed'
      ? html`<p class="waits" role="status">${msg('This course opens by itself as soon as your record can be reached.')}</p>`
      : html`<slot>${renderSkeleton()}</slot>`;
  }
  // A video or a document needs nothing of it; these would overwrite what they cannot see.
  return KINDS[playback.unit.kind].needsRecord && playback.gate.state === 'failed' ? html`<p class="waits" role="status">${msg('This unit opens by itself as soon as your record can be reached.')}</p>` : nothing;
}

function renderContentsOf({ words, level, bare, ownContents, onSlot }: PlayerView, playback: Playback): TemplateResult | typeof nothing {
  if (ownContents) return html`<div class="contents" part="contents"><div class="contents-list"><slot name="contents" @slotchange=${onSlot}></slot></div></div>`;
  if (bare || playback.units.length < 2) return nothing;
  // With the course's name: a page may have two players, and landmarks must differ.
  const title = pickText(playback.course.title, words.languages);
  return html`<nav class="contents" part="contents" aria-label=${words.msg(str`Contents: ${title}`)}>
    <div class="contents-list ${playback.units.length > LONG ? 'long' : ''}">
      <div class="contents-head" role="heading" aria-level=${level + 1}>${words.msg('Contents')}</div>
      ${leadsByItself(playback) ? html`<p class="contents-note">${words.msg('This course leads you from unit to unit by itself.')}</p>` : nothing}
      <div class="rows"></div>
    </div>
  </nav>`;
}

/** Its contents are only to be looked at. */
function leadsByItself({ units, navigation }: Playback): boolean {
  if (!navigation.begin) return false;
  return units.some(({ id }) => {
    const opening = navigation.canOpen(id);
    return !opening.allowed && opening.reason === 'choice';
  });
}
