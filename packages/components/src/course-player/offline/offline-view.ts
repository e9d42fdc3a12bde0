import { pickText } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { str, type Localizer } from '../../internal/localize.js';
import { notKeptWords } from './not-kept-words.js';
import { sentences } from './sentences.js';
import type { OfflineCourse, OfflineStatus } from './offline-course.js';

/** Units that are named with what is wrong with them: of more, it is said how many. */
const NAMED = 30;

/** What is said of a course and times without a network, and what can be done. */
export function renderOffline(course: OfflineCourse, words: Localizer): TemplateResult | typeof nothing {
  const { msg } = words;
  const { status } = course;
  const { state, bytes, totalBytes, usage, quota, persisted } = status;
  if (state === 'unknown') return nothing;
  const known = usage !== undefined && quota !== undefined && (state === 'kept' || state === 'newer' || state === 'partial' || state === 'failed');
  return html`<section class="offline ${state}" part="offline" aria-label=${msg('Use without a network')}>
    <p class="offline-said" tabindex="-1"><bdi>${said(status, words)}</bdi></p>
    <div class="offline-does">${doings(course, words).map(([text, act]) => keyed(text, html`<button type="button" class="plain small" part="offline-button" @click=${act}>${text}</button>`))}</div>
    ${state === 'keeping' ? html`<progress aria-label=${msg('Keeping the course on this device')} max=${totalBytes ?? nothing} value=${totalBytes === undefined ? nothing : Math.min(bytes, totalBytes)}></progress>` : nothing}
    ${renderOthers(course, words)}
    ${known ? html`<p class="offline-more"><bdi>${usedWords(sizeWords(usage, words), sizeWords(quota, words), persisted, words)}</bdi></p>` : nothing}
    <p class="unseen" role="status">${announced(status, words)}</p>
  </section>`;
}

function said({ state, bytes, totalBytes, estimated, offline, error, page }: OfflineStatus, words: Localizer): string {
  const { msg } = words;
  const done = sizeWords(bytes, words);
  const all = sizeWords(totalBytes ?? 0, words);
  switch (state) {
    case 'unknown':
      return '';
    case 'unable':
      return msg('This course cannot be kept on this device: it needs the network.');
    case 'none':
    case 'freed':
      return msg('This course can be kept on this device, to go on without a network.');
    case 'keeping':
      return totalBytes === undefined ? msg(str`Being kept: ${done} so far`) : estimated ? msg(str`Being kept: ${done} of about ${all}`) : msg(str`Being kept: ${done} of ${all}`);
    case 'partial':
      return msg('A part of this course is on this device. It can be gone on with.');
    case 'kept':
      return offline ? msg(str`No network: the course is played from this device (${done}). What you do is kept here and sent later.`) : page ? msg(str`On this device, also without a network: ${done}`) : msg(str`On this device: ${done}. To open this page itself, the network is needed.`);
    case 'newer':
      return msg('A newer version of this course is published. The kept one is older.');
    case 'failed':
      return whyNot(error?.code, words);
  }
}

/** What has become of what the learner asked for, for screen readers: not each of the steps on the way. */
function announced(status: OfflineStatus, words: Localizer): string {
  const { msg } = words;
  switch (status.state) {
    case 'keeping':
      return msg('Keeping the course on this device');
    case 'freed':
      return msg('The course is not on this device any more.');
    case 'kept':
      return msg('The course is on this device now.');
    case 'partial':
      return msg('Keeping the course was stopped.');
    case 'failed':
      return said(status, words);
    default:
      return '';
  }
}

function doings(course: OfflineCourse, { msg }: Localizer): readonly (readonly [text: string, act: () => void])[] {
  const { state, bytes, courses } = course.status;
  const keep = (text: string) => [text, () => void course.keep()] as const;
  const free = [msg('Free the space'), () => void course.free()] as const;
  const freeAll = courses > 1 ? [[msg('Free all courses'), () => void course.freeAll()] as const] : [];
  switch (state) {
    case 'unknown':
    case 'unable':
      return [];
    case 'none':
    case 'freed':
      return [keep(msg('Keep for offline'))];
    case 'keeping':
      return [[msg('Cancel'), () => course.cancel()]];
    case 'partial':
      return [keep(msg('Go on keeping')), free];
    case 'kept':
      return [free, ...freeAll];
    case 'newer':
      return [keep(msg('Keep the newer one')), free];
    case 'failed':
      return [keep(msg('Try again')), ...(bytes > 0 ? [free] : []), ...freeAll];
  }
}

/** Which units are not here, or will not be, and why each. */
function renderOthers(course: OfflineCourse, words: Localizer): TemplateResult | typeof nothing {
  const { msg } = words;
  const { state } = course.status;
  const others = state === 'kept' || state === 'newer' || state === 'none' || state === 'freed' ? course.others : [];
  if (others.length === 0) return nothing;
  const count = words.number(others.length);
  const more = words.number(others.length - NAMED);
  return html`<details class="offline-more">
    <summary><bdi>${others.length === 1 ? msg('One unit cannot be kept on this device.') : msg(str`${count} units cannot be kept on this device.`)}</bdi></summary>
    <ul>
      ${others.slice(0, NAMED).map(({ unit, why }) => html`<li><bdi class="offline-unit">${pickText(unit.title, words.languages)}</bdi> <bdi>${notKeptWords(why, words)}</bdi></li>`)}
      ${others.length > NAMED ? html`<li><bdi>${msg(str`And ${more} more`)}</bdi></li>` : nothing}
    </ul>
  </details>`;
}

/** Bytes as people read them: 12 kB, 0.5 MB, 1.4 GB. */
function sizeWords(bytes: number, words: Localizer): string {
  const [value, unit] = bytes < 1e5 ? [Math.ceil(bytes / 1e3), 'kilobyte'] : bytes < 1e9 ? [bytes / 1e6, 'megabyte'] : [bytes / 1e9, 'gigabyte'];
  return words.number(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 && unit !== 'kilobyte' ? 1 : 0 });
}

function usedWords(used: string, given: string, persisted: boolean, words: Localizer): string {
  const said = words.msg(str`This site uses ${used} of ${given} on this device.`);
  return persisted ? said : sentences(said, words.msg('The browser may free it by itself when space is short.'));
}

function whyNot(code: string | undefined, words: Localizer): string {
  const { msg } = words;
  switch (code) {
    case 'keep-quota':
      return msg('There is not enough space on this device. Free other courses, or space on the device, and try again; what is here already stays.');
    case 'keep-changed':
      return msg('The course was changed by its publisher while it was being kept. Try again.');
    case 'keep-unreachable':
      return msg('The network was interrupted. What is here already stays; try again to go on.');
    case 'keep-unlisted':
      return msg('This course cannot be kept on this device: its publisher does not list its files, or it needs a server.');
    case 'keep-stream-live':
    case 'keep-stream-protected':
    case 'keep-stream-invalid':
      return sentences(msg('This course cannot be kept on this device.'), notKeptWords(code === 'keep-stream-live' ? 'live' : code === 'keep-stream-protected' ? 'protected' : 'stream', words));
    case 'keep-unsupported':
      return msg('This browser, or this site, does not let courses be kept on this device.');
    default:
      return msg('A file of the course did not arrive as it should: perhaps a sign-in page of the network is in between. Try again.');
  }
}
