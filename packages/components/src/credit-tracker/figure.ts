import { totalCredits, type CreditLedger, type CreditTotals } from '@lectern/core';
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';

const SIZE = 200;
const RADIUS = 82;
const WIDTH = 20;
const LENGTH = 2 * Math.PI * RADIUS;
/** Length of the gap between arcs, so that neighbours can be told apart without colour. */
const GAP = 3;

export type Share = 'conferred' | 'earned' | 'pending' | 'required';
const SHARES: readonly Share[] = ['conferred', 'earned', 'pending', 'required'];

/** The schemes of a ledger, the goal's first. Each is summed for itself: no factor between them is official. */
export function schemesOf(ledger: CreditLedger): readonly string[] {
  const schemes = ledger.entries.map(({ progress }) => progress.policy.scheme);
  return [...new Set([...(ledger.goal ? [ledger.goal.scheme] : []), ...schemes])];
}

/** `CN` is written as what it is; every other scheme by its own name. */
export function schemeName(scheme: string, words: Localizer): string {
  return scheme === 'CN' ? words.msg('CN credits (学分)') : scheme;
}

export function credits(value: number, words: Localizer): string {
  return words.number(value, { maximumFractionDigits: 2 });
}

/** The same where there is no room: under a number. */
export function shortSchemeName(scheme: string, words: Localizer): string {
  return scheme === 'CN' ? words.msg('credits') : scheme;
}

/** A ring of what there is and what is missing, and the same in words and numbers beside it. */
export function renderFigure(ledger: CreditLedger, scheme: string, words: Localizer, id: string): TemplateResult | typeof nothing {
  const totals = totalCredits(ledger, scheme);
  const goal = ledger.goal?.scheme === scheme ? ledger.goal.credits : undefined;
  const proven = totals.conferred + totals.earned;
  if (goal === undefined && proven + totals.pending === 0) return nothing;
  const title =
    goal === undefined
      ? words.msg(str`${credits(proven, words)} credits proven, of which ${credits(totals.conferred, words)} conferred; ${credits(totals.pending, words)} begun.`)
      : words.msg(
          str`${credits(proven, words)} of ${credits(goal, words)} credits proven, of which ${credits(totals.conferred, words)} conferred; ${credits(totals.pending, words)} begun, ${credits(totals.required, words)} still required.`,
        );
  return html`<div class="summary" part="summary">
    <svg class="ring" part="figure" viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label=${title}>
      <defs>
        <pattern id=${id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="5" height="5"></rect>
          <rect class="hatch-line" width="2" height="5"></rect>
        </pattern>
      </defs>
      <circle class="track" cx="100" cy="100" r=${RADIUS} stroke-width=${WIDTH}></circle>
      ${arcs(totals, id)}
      <text class="big" x="100" y="102">${credits(proven, words)}</text>
      <text class="under" x="100" y="128">${goal === undefined ? words.msg('credits') : words.msg(str`of ${credits(goal, words)}`)}</text>
    </svg>
    <dl class="shares">
      ${SHARES.filter((share) => share !== 'required' || goal !== undefined).map((share) => renderShare(share, totals[share], words))}
    </dl>
  </div>`;
}

/** Conferred, earned, pending in turn from the top; what is required is the track they leave free. Pending ends where the goal is reached. */
function arcs(totals: CreditTotals, hatch: string): SVGTemplateResult | typeof nothing {
  const proven = totals.conferred + totals.earned;
  const whole = Math.max(proven + totals.required, proven + (totals.required > 0 ? 0 : totals.pending));
  if (!(whole > 0)) return nothing;
  let from = 0;
  const shown = (['conferred', 'earned', 'pending'] as const).map((share) => {
    const length = Math.min(totals[share], whole - from) / whole;
    const start = from / whole;
    from += Math.min(totals[share], whole - from);
    return { share, length, start };
  });
  const only = shown.filter(({ length }) => length > 0).length === 1;
  return svg`${shown.map(({ share, length, start }) => {
    if (!(length > 0)) return nothing;
    const drawn = Math.max(1, length * LENGTH - (only && length === 1 ? 0 : GAP));
    return svg`<circle class="arc ${share}" cx="100" cy="100" r=${RADIUS} stroke-width=${WIDTH} stroke=${share === 'earned' ? `url(#${hatch})` : nothing}
      stroke-dasharray="${drawn} ${LENGTH - drawn}" stroke-dashoffset=${-start * LENGTH}></circle>`;
  })}`;
}

function renderShare(share: Share, value: number, words: Localizer): TemplateResult {
  const [name, about] = {
    conferred: [words.msg('Conferred by an institution'), words.msg('Credit in the books, given by an authority.')],
    earned: [words.msg('Earned by evidence'), words.msg('The records meet the policy. The institution has yet to confer it.')],
    pending: [words.msg('Pending'), words.msg('Begun, not all requirements met.')],
    required: [words.msg('Still required'), words.msg('Missing to the goal.')],
  }[share];
  return html`<div class="share ${share}" part="share">
    <dt><span class="key" aria-hidden="true"></span>${name}<small>${about}</small></dt>
    <dd>${credits(value, words)}</dd>
  </div>`;
}
