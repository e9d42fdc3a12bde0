import type { ProcedureState } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { str } from '../internal/localize.js';
import { icons } from './icons.js';
import { clock, textOf, type PanelView } from './panel.js';

export interface Feedback {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
  /** Why it is done so. */
  readonly more?: string;
}

/** What to tell the learner about their last action. */
export function feedbackOf(view: PanelView): Feedback | undefined {
  const { simulation, state, words } = view;
  const { judgement } = state;
  if (!judgement) return undefined;
  const step = simulation.steps.find(({ id }) => id === judgement.step);
  const part = textOf(view, simulation.parts.find(({ id }) => id === judgement.part)?.title);
  if (judgement.verdict === 'opened') return { tone: 'plain', text: words.msg(str`${part}: now choose or set it.`) };
  if (judgement.verdict === 'right') {
    const points = words.number(judgement.points);
    const title = textOf(view, step?.title);
    return { tone: 'good', text: words.msg(str`Right: ${title}. ${points} points.`), ...(step?.explanation ? { more: textOf(view, step.explanation) } : {}) };
  }
  const lost = judgement.pointsLost > 0 ? words.msg(str`${words.number(judgement.pointsLost)} points lost.`) : '';
  const option = step?.action.type === 'choose' ? step.action.options.find(({ id }) => id === judgement.option) : undefined;
  const reason = {
    'wrong-part': words.msg(str`${part} is not what this step needs.`),
    'wrong-action': words.msg(str`Not like this: ${part} wants something else.`),
    'wrong-value': words.msg(str`${part}: not the right value yet.`),
    'wrong-option': option?.feedback ? textOf(view, option.feedback) : words.msg('That is not the right answer.'),
  }[judgement.reason];
  return { tone: 'bad', text: `${reason} ${lost}`.trim() };
}

/** What screen readers are to hear of a change that the eye sees; nothing where it is no news. */
export function announcementOf(view: PanelView, previous: ProcedureState): string | undefined {
  const { state, words } = view;
  if (state.judgement && state.judgement !== previous.judgement) {
    const feedback = feedbackOf(view);
    return [feedback?.text, feedback?.more].filter(Boolean).join(' ');
  }
  const isLastMinute = (state.remainingMs ?? Infinity) <= 60_000 && (previous.remainingMs ?? 0) > 60_000;
  return isLastMinute ? words.msg('One minute left.') : undefined;
}

export function renderFeedback(feedback: Feedback | undefined): TemplateResult | typeof nothing {
  if (!feedback || feedback.tone === 'plain') return nothing;
  const { tone, text, more } = feedback;
  return html`<div class="note ${tone}" part="feedback">
    ${tone === 'good' ? icons.right : icons.wrong}
    <div><p>${text}</p>${more ? html`<p class="more">${more}</p>` : nothing}</div>
  </div>`;
}

/** How it ended, step by step. */
export function renderResult(view: PanelView): TemplateResult {
  const { simulation, state, words } = view;
  const verdict = state.passed ? words.msg('Passed') : state.outcome === 'timed-out' ? words.msg('Time is up') : words.msg('Not passed');
  return html`<div class="result" part="result">
    <div class="verdict ${state.passed ? 'good' : 'bad'}">
      <span class="mark">${state.passed ? icons.right : icons.wrong}</span>
      <div>
        <div class="heading" role="heading" aria-level=${view.level + 1} tabindex="-1">${verdict}</div>
        <p>${words.msg(str`${words.number(state.score.raw)} of ${words.number(state.score.max)} points (${words.percent(state.score.scaled)}), ${words.percent(simulation.passingScore)} needed. Time: ${clock(state.elapsedMs, words)}.`)}</p>
      </div>
    </div>
    <button class="primary" part="restart" @click=${() => view.dispatch({ type: 'restart' })}>${icons.restart}${words.msg('Try again')}</button>
    <table>
      <caption class="unseen">${words.msg('Result of each step')}</caption>
      <thead>
        <tr>
          <th scope="col">${words.msg('Step')}</th>
          <th scope="col" class="number">${words.msg('Points')}</th>
          <th scope="col" class="number">${words.msg('Errors')}</th>
          <th scope="col" class="number">${words.msg('Time')}</th>
        </tr>
      </thead>
      <tbody>
        ${state.steps.map((step, index) => {
          const missed = step.status === 'missed';
          return html`<tr class=${step.status}>
            <th scope="row">
              ${textOf(view, simulation.steps[index]!.title)}
              ${step.hinted ? html`<span class="tag">${words.msg('with hint')}</span>` : nothing}
              ${missed ? html`<span class="tag">${words.msg('not done')}</span>` : nothing}
            </th>
            <td class="number">${words.number(step.points)}<span class="muted">/${words.number(step.maxScore)}</span></td>
            <td class="number">${words.number(step.errors)}</td>
            <td class="number">${clock(step.elapsedMs, words)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}
