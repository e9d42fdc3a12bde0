import type { LecternError } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../internal/icons.js';
import type { Localizer } from '../internal/localize.js';
import type { ExplainedError } from './sources/explained-error.js';

export { problemStyles } from './problem.styles.js';

/** Characters of a detail that are shown: a `data:` URL may have megabytes. */
const MAX_DETAIL = 300;

/** What is wrong and what a learner can do, by `code`. */
function explain(error: LecternError, words: Localizer, ofCourse: boolean): { title: string; advice: string } {
  const { code } = error;
  const { msg } = words;
  // What is rare brings its words with it.
  if ('explain' in error) return (error as ExplainedError).explain(words);
  const again = msg('Check your connection, then try again.');
  const tell = msg('Tell your teacher or the support of this site, with the details below.');
  switch (code) {
    case 'course-offline':
      return { title: msg('You are offline'), advice: msg('The course opens by itself as soon as there is a network.') };
    case 'course-unreachable':
    case 'course-refused':
      return { title: msg('The course cannot be reached'), advice: again };
    case 'course-missing':
      return { title: msg('There is no course at this address'), advice: tell };
    case 'course-forbidden':
      return { title: msg('This course is not open to you'), advice: msg('Sign in again, or ask your teacher for access.') };
    case 'course-cancelled':
      return { title: msg('The download was cancelled'), advice: msg('Nothing of it was kept.') };
    case 'unit-unknown':
      return { title: msg('The course has no such unit'), advice: msg('Choose another one from the contents.') };
    case 'media-unreachable':
    case 'document-unreachable':
      return { title: msg('This unit cannot be reached'), advice: again };
    case 'network':
    case 'timeout':
    case 'server-error':
    case 'not-found':
    case 'not-an-lrs':
      // It cannot start without what the learner did in it before: that would overwrite it.
      return { title: msg('Your record of this unit cannot be reached'), advice: again };
    case 'busy':
      return { title: msg('Your record of this unit cannot be reached'), advice: msg('It is in great demand at the moment. Try again in a minute.') };
    case 'unauthorized':
      return { title: msg('Your sign-in has ended'), advice: msg('Sign in again, then try again.') };
    case 'book-protected':
      return { title: msg('This book is protected by its publisher'), advice: msg('Only the publisher’s own reader can open it. Ask your teacher for a copy without protection (DRM).') };
    case 'frame-missing':
    case 'frame-same-origin':
      return { title: msg('This site has no place for content from elsewhere'), advice: tell };
    case 'media-unsupported':
      return { title: msg('This browser cannot play the video'), advice: msg('Update it, or try another one.') };
    default:
      return ofCourse
        ? { title: msg('The course is damaged'), advice: tell }
        : { title: msg('This unit could not be opened'), advice: tell };
  }
}

/** An error as people meet it: what is wrong, what they can do, and the details for whoever helps them. */
export function renderProblem(error: LecternError, words: Localizer, ofCourse: boolean, level: number, retry: () => void): TemplateResult {
  const { msg } = words;
  const { title, advice } = explain(error, words, ofCourse);
  const { code, file, field, message } = error;
  const detail = (name: string, value: string | undefined) => (value ? html`<div><dt>${name}</dt><dd dir="auto">${value.slice(0, MAX_DETAIL)}</dd></div>` : nothing);
  return html`<div class="problem" part="error" role="alert">
    ${icon('alert')}
    <div class="heading" role="heading" aria-level=${level}>${title}</div>
    <p>${advice}</p>
    <button type="button" class="primary" @click=${retry}>${msg('Try again')}</button>
    <details>
      <summary>${msg('Details')}</summary>
      <dl lang="en" dir="ltr">${detail('code', code)}${detail('file', file)}${detail('field', field)}${detail('message', message)}</dl>
    </details>
  </div>`;
}
