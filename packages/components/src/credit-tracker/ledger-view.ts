import type { CreditLedger } from '@lectern/core';
import { pickText } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';
import type { CreditTrackerError } from './credit-tracker-error.js';
import { renderEntry } from './entry-view.js';
import { renderFigure, schemeName, schemesOf } from './figure.js';
import { icons } from './icons.js';

export interface LedgerViewOptions {
  readonly busy: boolean;
  /** The last try to refresh failed. */
  readonly error: CreditTrackerError | undefined;
  /** Absent where there is nothing to refresh from. */
  readonly refresh: (() => void) | undefined;
}

export function renderLedger(ledger: CreditLedger, words: Localizer, { busy, error, refresh }: LedgerViewOptions): TemplateResult {
  const schemes = schemesOf(ledger);
  const learner = ledger.learner.name ?? ledger.learner.account;
  return html`<header part="header">
      <div>
        <h3>${ledger.goal ? pickText(ledger.goal.title, words.languages) : words.msg('Credits')}</h3>
        <p class="muted">${learner} · ${words.msg(str`as of ${words.date(Date.parse(ledger.at))}`)}</p>
      </div>
      ${refresh
        ? html`<button class="plain icon ${busy ? 'busy' : ''}" part="refresh" aria-label=${words.msg('Refresh')} title=${words.msg('Refresh')} @click=${refresh}>${icons.refresh}</button>`
        : nothing}
    </header>
    ${error ? html`<p class="stale" role="status">${icons.fault}<span>${stale(error, words)}</span></p>` : nothing}
    ${schemes.map(
      (scheme, index) => html`<div class="scheme">
        ${schemes.length > 1 ? html`<h4 class="eyebrow">${schemeName(scheme, words)}</h4>` : nothing}
        ${renderFigure(ledger, scheme, words, `hatch-${index}`)}
        <div class="entries">
          ${ledger.entries.filter(({ progress }) => progress.policy.scheme === scheme).map((entry) => renderEntry(entry, words))}
        </div>
      </div>`,
    )}
    ${ledger.entries.length === 0 ? html`<p class="muted nothing">${words.msg('No course here leads to credit yet.')}</p>` : nothing}
    ${schemes.length > 1 ? html`<p class="muted small">${words.msg('Credits of different schemes are not added up: there is no official factor between them.')}</p>` : nothing}`;
}

/** What is shown is true, but perhaps no longer. */
function stale(error: CreditTrackerError, words: Localizer): string {
  return error.code === 'offline'
    ? words.msg('You are offline. What you see is as of the time above.')
    : words.msg('This could not be refreshed. What you see is as of the time above.');
}

export function renderLoading(words: Localizer): TemplateResult {
  return html`<div class="waiting"><p class="muted" role="status">${words.msg('Loading your credits …')}</p></div>`;
}

export function renderEmpty(words: Localizer): TemplateResult {
  return html`<div class="waiting"><p class="muted">${words.msg('There is no learner on this page, so there are no credits to show.')}</p></div>`;
}

/** What went wrong, in words, with what the learner can do; the code and the place are for whoever made the page. */
export function renderFault(error: CreditTrackerError, words: Localizer, retry: (() => void) | undefined): TemplateResult {
  const said = {
    offline: words.msg('You are offline. Your credits are loaded when the network is back.'),
    'ledger-unreachable': words.msg('Your credits could not be reached. Nothing is lost; try again in a while.'),
    'ledger-unauthorized': words.msg('You are no longer signed in here. Reload the page to see your credits.'),
    'consent-missing': words.msg('Your credits are shown as soon as you agree to being recorded.'),
    'ledger-invalid': words.msg('The record of your credits cannot be read. Tell whoever runs this page.'),
  }[error.code];
  return html`<div class="fault" part="error" role="alert">
    ${icons.fault}
    <div>
      <p><b>${said}</b></p>
      <p class="muted small" lang="en" dir="ltr"><code>${error.code}</code>${error.field ? html` · <code>${error.field}</code>` : nothing} · ${error.message}</p>
      ${retry ? html`<button @click=${retry}>${icons.refresh}${words.msg('Try again')}</button>` : nothing}
    </div>
  </div>`;
}
