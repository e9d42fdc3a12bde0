import { DEFAULT_HOURS_PER_CREDIT, pickText, type CreditEntry, type Evidence, type RequirementProgress } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';
import { durationWords, scoreWords } from '../internal/result-words.js';
import { verbWords } from '../internal/verb-words.js';
import { credits, schemeName, shortSchemeName } from './figure.js';
import { icons } from './icons.js';

/** One credit. It opens onto what is required and the evidence for it. */
export function renderEntry({ progress, conferral }: CreditEntry, words: Localizer): TemplateResult {
  const { policy } = progress;
  const given = conferral && !conferral.revokedAt ? conferral : undefined;
  const status = given ? 'conferred' : conferral ? 'revoked' : progress.status;
  return html`<details class="entry ${status}" part="credit">
    <summary>
      <span class="turns chevron">${icons.open}</span>
      <span class="what">
        <b>${pickText(policy.title, words.languages)}</b>
        <small>${pickText(policy.institution.name, words.languages)}</small>
      </span>
      <span class="status" part="status">${given ? icons.seal : progress.status === 'earned' ? icons.met : nothing}${statusWords(status, words)}</span>
      <span class="amount">${credits(given?.credits ?? policy.credits, words)}<small>${shortSchemeName(policy.scheme, words)}</small></span>
      <span class="meter" aria-hidden="true"><svg viewBox="0 0 100 4" preserveAspectRatio="none"><rect class="ground" width="100" height="4"></rect><rect class="value" width=${100 * progress.progress} height="4"></rect></svg></span>
      <span class="unseen">${words.percent(progress.progress)}</span>
    </summary>
    <div class="inside">
      ${renderConferral({ progress, ...(conferral ? { conferral } : {}) }, words)} ${renderFacts({ progress }, words)}
      <h4>${words.msg('Requirements and evidence')}</h4>
      <ul class="requirements">
        ${progress.requirements.map((item) => renderRequirement(item, words))}
      </ul>
    </div>
  </details>`;
}

function statusWords(status: CreditEntry['progress']['status'] | 'conferred' | 'revoked', words: Localizer): string {
  return {
    conferred: words.msg('Conferred'),
    revoked: words.msg('Taken back'),
    earned: words.msg('Earned by evidence'),
    inProgress: words.msg('In progress'),
    notStarted: words.msg('Not begun'),
  }[status];
}

function renderConferral({ progress, conferral }: CreditEntry, words: Localizer): TemplateResult | typeof nothing {
  if (!conferral) {
    if (progress.status !== 'earned') return nothing;
    return html`<p class="note">${words.msg('The evidence is complete. Only the institution can turn it into credit.')}</p>`;
  }
  const by = pickText(conferral.by.name, words.languages);
  return html`<div class="note ${conferral.revokedAt ? 'bad' : 'seal'}">
    ${conferral.revokedAt ? nothing : icons.seal}
    <div>
      <p>${words.msg(str`Conferred by ${by} on ${day(conferral.at, words)}. Credits: ${credits(conferral.credits, words)}.`)}</p>
      ${conferral.revokedAt ? html`<p>${words.msg(str`Taken back on ${day(conferral.revokedAt, words)}.`)} ${conferral.reason ?? ''}</p>` : nothing}
      <p class="id">${renderStatementId(conferral.statementId, words)}</p>
    </div>
  </div>`;
}

function renderFacts({ progress }: CreditEntry, words: Localizer): TemplateResult {
  const { policy } = progress;
  const name = pickText(policy.institution.name, words.languages);
  const homePage = safeUrl(policy.institution.homePage);
  const perCredit = policy.hoursPerCredit ?? DEFAULT_HOURS_PER_CREDIT;
  return html`<dl class="facts">
    <div><dt>${words.msg('Institution')}</dt><dd>${homePage ? html`<a href=${homePage} rel="noopener noreferrer" target="_blank">${name}</a>` : name}</dd></div>
    <div><dt>${words.msg('Scheme')}</dt><dd>${schemeName(policy.scheme, words)}</dd></div>
    <div><dt>${words.msg('Hours per credit')}</dt><dd>${words.number(perCredit)} <small>${words.msg(str`${words.number(progress.hours)} in all`)}</small></dd></div>
    ${progress.mark === undefined && policy.passMark === undefined
      ? nothing
      : html`<div>
          <dt>${words.msg('Mark')}</dt>
          <dd>
            ${progress.mark === undefined ? words.msg('none yet') : words.percent(progress.mark)}
            ${policy.passMark === undefined ? nothing : html`<small>${words.msg(str`${words.percent(policy.passMark)} needed`)}</small>`}
          </dd>
        </div>`}
  </dl>`;
}

function renderRequirement({ requirement, met, progress, evidence }: RequirementProgress, words: Localizer): TemplateResult {
  return html`<li class=${met ? 'met' : ''}>
    <p class="requirement">
      <span class="tick">${met ? icons.met : icons.unmet}</span>
      <span>
        ${pickText(requirement.title, words.languages)}
        <small>${demand(requirement, words)} · ${met ? words.msg('met') : words.msg(str`${words.percent(progress)} done`)}</small>
      </span>
    </p>
    ${evidence.length === 0
      ? html`<p class="none">${words.msg('No evidence yet.')}</p>`
      : html`<ul class="evidence" part="evidence">
          ${evidence.map((item) => renderEvidence(item, words))}
        </ul>`}
  </li>`;
}

function demand({ kind, minimum = 0, weight }: RequirementProgress['requirement'], words: Localizer): string {
  const wanted = {
    completed: words.msg('Complete it'),
    passed: words.msg('Pass it'),
    score: words.msg(str`Score at least ${words.percent(minimum)}`),
    seconds: words.msg(str`Spend at least ${durationWords(minimum, words)}`),
  }[kind];
  return weight ? `${wanted} · ${words.msg(str`weight ${words.number(weight)}`)}` : wanted;
}

function renderEvidence(item: Evidence, words: Localizer): TemplateResult {
  const score = scoreWords(item.score, words);
  return html`<li>
    <b>${verbWords(item.verb, words)}</b>
    <time datetime=${item.timestamp}>${words.date(Date.parse(item.timestamp))}</time>
    ${score ? html`<span>${score}</span>` : nothing} ${item.seconds === undefined ? nothing : html`<span>${durationWords(item.seconds, words)}</span>`}
    ${item.authority ? html`<span>${words.msg(str`vouched for by ${item.authority}`)}</span>` : nothing}
    <span class="id">${renderStatementId(item.statementId, words)}</span>
  </li>`;
}

function renderStatementId(id: string, words: Localizer): TemplateResult {
  return html`<span>${words.msg('Statement')} <code>${id}</code></span>`;
}

const day = (at: string, words: Localizer): string => words.date(Date.parse(at), { dateStyle: 'long' });

/** A ledger must not smuggle in a script. */
function safeUrl(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
