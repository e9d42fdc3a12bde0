import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';
import { icons } from './icons.js';
import { oneLine } from './safe-text.js';
import type { StatementFeedError } from './statement-feed-error.js';

export const renderLoading = (words: Localizer): TemplateResult => html`<div class="waiting"><p class="muted" role="status">${words.msg('Loading statements …')}</p></div>`;

/** @param why `filtered`: there are some, but none is asked for; `no-source`: there is nothing to read from */
export function renderNothing(why: 'filtered' | 'empty' | 'no-source', words: Localizer, clear: () => void): TemplateResult {
  const said = {
    filtered: words.msg('No statement matches.'),
    empty: words.msg('Nothing recorded yet. What happens on this page shows up here.'),
    'no-source': words.msg('There is no record store to read from: nobody is signed in here, or records go elsewhere.'),
  }[why];
  return html`<div class="waiting" part="empty">
    <p class="muted">${said}</p>
    ${why === 'filtered' ? html`<button type="button" @click=${clear}>${words.msg('Clear all filters')}</button>` : nothing}
  </div>`;
}

/** What went wrong, in words, with what may be done; the code and the place are for whoever made the page. */
export function renderFault(error: StatementFeedError, words: Localizer, retry: () => void): TemplateResult {
  const { msg } = words;
  const said = {
    offline: msg('You are offline. What is in the record store shows up when the network is back.'),
    'feed-unreachable': msg('The record store cannot be reached. Nothing is lost; try again in a while.'),
    'feed-unauthorized': msg('You have no right to read here, or your sign-in has ended. Reload the page, then try again.'),
    'feed-refused': msg('The record store refuses this question. Change the filters, or tell whoever runs this page.'),
    'feed-busy': msg('The record store is busy. Try again in a while.'),
    'feed-invalid': msg('What answers there is not a record store. Tell whoever runs this page.'),
    'feed-unconfigured': msg('This page does not say how to read the record store. Tell whoever runs it.'),
    'filter-invalid': msg('A filter is not understood.'),
    'export-failed': msg('The export could not be finished.'),
  }[error.code];
  return html`<div class="fault" part="error" role="alert">
    ${error.code === 'offline' ? icons.offline : icons.fault}
    <div>
      <p><b>${said}</b></p>
      <p class="muted small" lang="en" dir="ltr"><code>${error.code}</code>${error.field ? html` · <code>${oneLine(error.field, 80)}</code>` : nothing} · ${oneLine(error.message, 400)}</p>
    </div>
    <button type="button" part="retry" @click=${retry}>${icons.refresh}${msg('Try again')}</button>
  </div>`;
}

export interface Count {
  readonly shown: number;
  readonly loaded: number;
  /** Some filter looks only at what is loaded, so that what is shown is a part of that. */
  readonly partial: boolean;
  readonly hasMore: boolean;
}

/** How many there are, and of how many. */
export function countWords({ shown, loaded, partial, hasMore }: Count, words: Localizer): string {
  const { msg } = words;
  const [some, all] = [words.number(shown), words.number(loaded)];
  if (partial) return hasMore ? msg(str`${some} of ${all} loaded`) : msg(str`${some} of ${all}`);
  if (hasMore) return msg(str`${some} loaded, more in the record store`);
  return shown === 1 ? msg('1 statement') : msg(str`${some} statements`);
}

export function newsWords(count: number, words: Localizer): string {
  const { msg } = words;
  return count === 1 ? msg('1 new statement') : msg(str`${words.number(count)} new statements`);
}
