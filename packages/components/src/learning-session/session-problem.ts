import type { LecternError } from '@lectern/core';
import { html, type TemplateResult } from 'lit';
import { icon } from '../internal/icons.js';
import type { Localizer } from '../internal/localize.js';

/** Why the learner's record cannot be reached, what they can do about it, and the details for the support. */
export function renderProblem({ msg, locale }: Localizer, { code, message, field }: LecternError, retry: () => void): TemplateResult {
  const advice =
    code === 'lms-gone' || (code === 'unauthorized' && field === 'fetch')
      ? msg('This session is over. Open the course from your learning platform again.')
      : code === 'unauthorized'
        ? msg('Your sign-in has ended. Sign in again, then try again.')
        : code === 'network' || code === 'timeout' || code === 'busy' || code === 'server-error'
          ? msg('Your record cannot be reached. Check your connection, then try again.')
          : msg('Your record cannot be reached. Tell the support of this site.');
  return html`<div class="error" part="error" role="alert" lang=${locale}>
    ${icon('alert')}
    <p>${advice}<small lang="en" dir="ltr">${code}: ${message}</small></p>
    <button type="button" @click=${retry}>${msg('Try again')}</button>
  </div>`;
}
