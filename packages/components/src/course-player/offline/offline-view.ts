import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../../internal/localize.js';
import type { OfflineCourse } from './offline-course.js';

/** What is said of a course and times without a network, and what can be done. */
export function renderOffline(course: OfflineCourse, words: Localizer): TemplateResult | typeof nothing {
  const { msg } = words;
  const { status } = course;
  const { state, bytes, totalBytes, offline, error, usage, quota, persisted, page } = status;
  const size = (of: number): string => sizeWords(of, words);
  const button = (text: string, act: () => void, part = 'offline-button'): TemplateResult => html`<button type="button" class="plain small" part=${part} @click=${act}>${text}</button>`;
  const keep = (text: string): TemplateResult => button(text, () => void course.keep());
  const free = (): TemplateResult => button(msg('Free the space'), () => void course.free());
  const freeAll = (): TemplateResult | typeof nothing => (status.courses > 1 ? button(msg('Free all courses'), () => void course.freeAll()) : nothing);
  const done = size(bytes);
  const all = size(totalBytes ?? 0);
  const others = Object.keys(status.notKept).length;
  const count = words.number(others);
  const said = (text: string, ...doing: (TemplateResult | typeof nothing)[]): TemplateResult => html`<p class="offline-said"><bdi>${text}</bdi></p><div class="offline-does">${doing}</div>`;
  const body = (): TemplateResult | typeof nothing => {
    switch (state) {
      case 'unknown':
      case 'unable':
        return nothing;
      case 'none':
      case 'freed':
        return said(msg('This course can be kept on this device, to go on without a network.'), keep(msg('Keep for offline')));
      case 'keeping':
        return html`${said(totalBytes === undefined ? msg(str`Being kept: ${done} so far`) : msg(str`Being kept: ${done} of ${all}`), button(msg('Cancel'), () => course.cancel()))}
          <progress aria-label=${msg('Keeping the course on this device')} max=${totalBytes ?? nothing} value=${totalBytes === undefined ? nothing : Math.min(bytes, totalBytes)}></progress>`;
      case 'partial':
        return said(msg('A part of this course is on this device. It can be gone on with.'), keep(msg('Go on keeping')), free());
      case 'kept':
        return said(offline ? msg(str`No network: the course is played from this device (${done}). What you do is kept here and sent later.`) : page ? msg(str`On this device, also without a network: ${done}`) : msg(str`On this device: ${done}. To open this page itself, the network is needed.`), free(), freeAll());
      case 'newer':
        return said(msg('A newer version of this course is published. The kept one is older.'), keep(msg('Keep the newer one')), free());
      case 'failed':
        return said(whyNot(error?.code, words), keep(msg('Try again')), bytes > 0 ? free() : nothing, freeAll());
    }
  };
  const used = usage !== undefined && quota !== undefined && (state === 'kept' || state === 'newer' || state === 'partial' || state === 'failed') ? usedWords(size(usage), size(quota), persisted, words) : '';
  return state === 'unknown' || state === 'unable'
    ? nothing
    : html`<section class="offline ${state}" part="offline" aria-label=${msg('Use without a network')}>
        ${body()}
        ${others > 0 && (state === 'kept' || state === 'newer') ? html`<p class="offline-more"><bdi>${others === 1 ? msg('One unit needs the network all the same.') : msg(str`${count} units need the network all the same.`)}</bdi></p>` : nothing}
        ${used ? html`<p class="offline-more"><bdi>${used}</bdi></p>` : nothing}
      </section>`;
}

/** Bytes as people read them: 12 kB, 0.5 MB, 1.4 GB. */
function sizeWords(bytes: number, words: Localizer): string {
  const [value, unit] = bytes < 1e5 ? [Math.ceil(bytes / 1e3), 'kilobyte'] : bytes < 1e9 ? [bytes / 1e6, 'megabyte'] : [bytes / 1e9, 'gigabyte'];
  return words.number(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 && unit !== 'kilobyte' ? 1 : 0 });
}

function usedWords(used: string, given: string, persisted: boolean, words: Localizer): string {
  const said = words.msg(str`This site uses ${used} of ${given} on this device.`);
  return persisted ? said : `${said} ${words.msg('The browser may free it by itself when space is short.')}`;
}

function whyNot(code: string | undefined, { msg }: Localizer): string {
  switch (code) {
    case 'keep-quota':
      return msg('There is not enough space on this device. Free other courses, or space on the device, and try again; what is here already stays.');
    case 'keep-changed':
      return msg('The course was changed by its publisher while it was being kept. Try again.');
    case 'keep-unreachable':
      return msg('The network was interrupted. What is here already stays; try again to go on.');
    case 'keep-unlisted':
      return msg('This course cannot be kept on this device: its publisher does not list its files, or it needs a server.');
    case 'keep-unsupported':
      return msg('This browser, or this site, does not let courses be kept on this device.');
    default:
      return msg('A file of the course did not arrive as it should: perhaps a sign-in page of the network is in between. Try again.');
  }
}
