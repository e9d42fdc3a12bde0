import { pickText, type LecternError, type NavigationRequest } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';
import { renderHeader, renderSkeleton, renderSteps, renderUnitHead, type ChromeModel } from './chrome.js';
import { renderContents, type ContentsGroup } from './contents.js';
import { deliveryWords } from './delivery-words.js';
import type { Playback } from './playback.js';
import type { renderProblem } from './problem.js';
import type { DownloadView } from './sources/course-files.js';
import { KINDS } from './units/kinds.js';

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
  readonly groups: readonly ContentsGroup[];
  /** The course is being downloaded. */
  readonly download: DownloadView | undefined;
  cancel(): void;
  open(unitId: string): void;
  /** Goes where the course leads. */
  go(request: NavigationRequest): void;
  leave(): void;
  /** Back to where the learner was, or to the course's beginning. */
  goOn(): void;
  retry(): void;
}

/** The whole player. The element with the class `place` is the open unit's: nothing is rendered into it. */
export function renderPlayer(view: PlayerView): TemplateResult {
  const { words, playback } = view;
  const model = words.ready && playback ? chromeOf(view, playback) : undefined;
  const waits = view.state === 'loading' || !words.ready;
  return html`<div class="frame" part="base" lang=${words.locale} aria-busy=${waits ? 'true' : 'false'}>
    ${model ? renderHeader(model) : nothing}
    <div class="body">
      <div class="stage" part="stage">
        ${model ? renderUnitHead(model) : nothing}
        <div class="place" part="unit" ?hidden=${!playback?.unit || playback.error !== undefined}></div>
        ${renderInstead(view, model)}${model ? renderSteps(model) : nothing}
      </div>
      ${model && playback && playback.units.length > 1 ? renderContentsOf(view, playback) : nothing}
    </div>
    <p class="unseen" role="status">${view.announcement}</p>
  </div>`;
}

function chromeOf({ words, level, retry, leave, go }: PlayerView, playback: Playback): ChromeModel {
  const { gate, navigation, session, recorded, failure, units, unit, delivery } = playback;
  const mode = session?.getState().launchMode ?? 'Normal';
  return {
    words,
    level,
    units,
    unit,
    session,
    title: pickText(playback.course.title, words.languages),
    delivery: deliveryWords({ recorded, gate: gate.state, gateError: gate.error, kept: gate.kept, mode, delivery, failure }, words),
    recorded: recorded === true,
    retry,
    leave,
    go,
    step: (request) => navigation.step(request),
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

function renderContentsOf({ words, level, groups, open }: PlayerView, playback: Playback): TemplateResult {
  const states = playback.session?.getState().units;
  // With the course's name: a page may have two players, and landmarks must differ.
  const title = pickText(playback.course.title, words.languages);
  return html`<nav class="contents" part="contents" aria-label=${words.msg(str`Contents: ${title}`)}>
    <div class="contents-list">
      <div class="contents-head" role="heading" aria-level=${level + 1}>${words.msg('Contents')}</div>
      ${leadsByItself(playback) ? html`<p class="contents-note">${words.msg('This course leads you from unit to unit by itself.')}</p>` : nothing}
      ${renderContents({ groups, current: playback.unit?.id, words, level: level + 2, stateOf: (id) => states?.[id], openingOf: (id) => playback.navigation.canOpen(id), open })}
    </div>
  </nav>`;
}

/** Its contents are only to be looked at. */
function leadsByItself({ units, navigation }: Playback): boolean {
  return units.some(({ id }) => {
    const opening = navigation.canOpen(id);
    return !opening.allowed && opening.reason === 'choice';
  });
}
