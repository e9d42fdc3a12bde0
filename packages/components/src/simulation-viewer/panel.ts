import { pickText, type ProcedureAction, type ProcedureState, type Simulation, type SimulationStep, type Text } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';
import { icons } from './icons.js';

/** What the parts of the panel draw from, and how they ask for something. */
export interface PanelView {
  readonly simulation: Simulation;
  readonly state: ProcedureState;
  readonly words: Localizer;
  /** Of the simulation's title; what is in it is one deeper. */
  readonly level: number;
  readonly dispatch: (action: ProcedureAction) => void;
  /** Where the open `set` control stands. */
  readonly value: number | undefined;
  readonly setValue: (value: number) => void;
  /** Asked whether to start over. */
  readonly confirming: boolean;
  readonly confirm: (ask: boolean) => void;
}

export const textOf = (view: PanelView, text: Text | undefined): string => pickText(text, view.words.languages);

/** Minutes and seconds as people read clocks: `3:07`. */
export function clock(ms: number, words: Localizer): string {
  const seconds = Math.floor(ms / 1000);
  const two = { minimumIntegerDigits: 2, useGrouping: false };
  return `${words.number(Math.floor(seconds / 60), { useGrouping: false })}:${words.number(seconds % 60, two)}`;
}

/** The bar above a running procedure: time, points, pause and starting over. */
export function renderBar(view: PanelView): TemplateResult {
  const { state, words } = view;
  const limited = state.remainingMs !== undefined;
  const time = clock(limited ? Math.ceil(state.remainingMs! / 1000) * 1000 : state.elapsedMs, words);
  const hurry = limited && state.remainingMs! < 60_000;
  const { raw, max } = state.score;
  return html`<div class="bar" part="bar">
    <p class="figure ${hurry ? 'hurry' : ''}" role="timer">
      ${icons.clock}<span class="unseen">${limited ? words.msg('Time left') : words.msg('Time')}</span><b>${time}</b>
    </p>
    <p class="figure"><b>${words.number(raw)}</b> <span>${words.msg(str`of ${words.number(max)} points`)}</span></p>
    <span class="ends">
      ${state.status === 'running'
        ? html`<button class="plain icon" part="pause" aria-label=${words.msg('Pause')} title=${words.msg('Pause')} @click=${() => view.dispatch({ type: 'pause' })}>${icons.pause}</button>`
        : nothing}
      <button class="plain icon" part="restart" aria-label=${words.msg('Start over')} title=${words.msg('Start over')} aria-expanded=${view.confirming} @click=${() => view.confirm(!view.confirming)}>${icons.restart}</button>
    </span>
  </div>`;
}

export function renderConfirm(view: PanelView): TemplateResult | typeof nothing {
  const { words } = view;
  if (!view.confirming) return nothing;
  return html`<div class="note warn" role="group" aria-label=${words.msg('Start over')}>
    <p>${words.msg('Start over? This attempt will be thrown away.')}</p>
    <div class="actions">
      <button class="confirm" @click=${() => view.dispatch({ type: 'restart' })}>${words.msg('Yes, start over')}</button>
      <button class="plain" @click=${() => view.confirm(false)}>${words.msg('Keep going')}</button>
    </div>
  </div>`;
}

/** One segment a step. The words are in the step's own heading; this is for the eye. */
export function renderSegments({ state }: PanelView): TemplateResult {
  return html`<ol class="segments" part="progress" aria-hidden="true">
    ${state.steps.map((step) => html`<li class="${step.status} ${step.errors > 0 ? 'slipped' : ''}"></li>`)}
  </ol>`;
}

export function renderIntro(view: PanelView): TemplateResult {
  const { simulation, state, words } = view;
  const limit = simulation.timeLimitSeconds;
  return html`<div class="intro">
    ${simulation.description ? html`<p class="lead">${textOf(view, simulation.description)}</p>` : nothing}
    <dl class="facts">
      <div><dt>${words.msg('Steps')}</dt><dd>${words.number(simulation.steps.length)}</dd></div>
      <div><dt>${words.msg('To pass')}</dt><dd>${words.percent(simulation.passingScore)}</dd></div>
      <div><dt>${words.msg('Time limit')}</dt><dd>${limit === undefined ? words.msg('None') : clock(limit * 1000, words)}</dd></div>
      ${state.attempt > 1 ? html`<div><dt>${words.msg('Attempt')}</dt><dd>${words.number(state.attempt)}</dd></div>` : nothing}
    </dl>
    <button class="primary" part="start" @click=${() => view.dispatch({ type: 'start' })}>${icons.play}${words.msg('Begin the procedure')}</button>
  </div>`;
}

export function renderPaused(view: PanelView): TemplateResult {
  const { state, words } = view;
  const left = state.status === 'suspended';
  return html`<div class="intro">
    <div class="heading" role="heading" aria-level=${view.level + 1} tabindex="-1">${left ? words.msg('Welcome back') : words.msg('Paused')}</div>
    <p>
      ${left
        ? words.msg(str`You had done ${words.number(state.stepIndex)} of ${words.number(state.steps.length)} steps. The time stood still.`)
        : words.msg('The time stands still until you go on.')}
    </p>
    <button class="primary" part="resume" @click=${() => view.dispatch({ type: 'resume' })}>${icons.play}${words.msg('Continue')}</button>
  </div>`;
}

/** The current step: what to do, its hint, and its control once the part was used. */
export function renderStep(view: PanelView): TemplateResult | typeof nothing {
  const { simulation, state, words } = view;
  const step = simulation.steps[state.stepIndex];
  const progress = state.steps[state.stepIndex];
  if (!step || !progress) return nothing;
  return html`<div class="step" part="step">
    <p class="eyebrow">${words.msg(str`Step ${words.number(state.stepIndex + 1)} of ${words.number(state.steps.length)}`)}</p>
    <div class="heading" role="heading" aria-level=${view.level + 1} tabindex="-1">${textOf(view, step.title)}</div>
    <p class="instruction" part="instruction">${textOf(view, step.instruction)}</p>
    ${renderHint(view, step, progress.hinted)}
    ${progress.opened ? renderControl(view, step) : html`<p class="muted">${words.msg('Use a part: in the picture, or in the list of parts.')}</p>`}
  </div>`;
}

function renderHint(view: PanelView, step: SimulationStep, hinted: boolean): TemplateResult | typeof nothing {
  const { simulation, words } = view;
  if (step.hint === undefined) return nothing;
  if (hinted) return html`<p class="note" part="hint">${icons.hint}<bdi>${textOf(view, step.hint)}</bdi></p>`;
  const cost = simulation.scoring.hintPenalty;
  return html`<button class="hint" part="hint-button" @click=${() => view.dispatch({ type: 'hint' })}>
    ${icons.hint}${cost > 0 ? words.msg(str`Hint (costs ${words.number(cost)})`) : words.msg('Hint')}
  </button>`;
}

function renderControl(view: PanelView, { action }: SimulationStep): TemplateResult | typeof nothing {
  const { simulation, words } = view;
  const part = simulation.parts.find(({ id }) => id === action.part);
  const name = textOf(view, part?.title);
  if (action.type === 'choose') {
    return html`<div class="options" part="control" role="group" aria-label=${name}>
      ${action.options.map(
        (option) => html`<button class="option" @click=${() => view.dispatch({ type: 'choose', part: action.part, option: option.id })}>${textOf(view, option.title)}</button>`,
      )}
    </div>`;
  }
  if (action.type !== 'set') return nothing;
  const value = view.value ?? action.initial ?? action.min;
  const digits = decimals(action.step);
  const unit = textOf(view, action.unit);
  const shown = words.number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const valueText = unit ? `${shown} ${unit}` : shown;
  const move = (by: number): void => {
    const next = Math.min(action.max, Math.max(action.min, value + by * action.step));
    view.setValue(Number(next.toFixed(digits)));
  };
  return html`<form
    class="dial"
    part="control"
    @submit=${(event: Event) => {
      event.preventDefault();
      view.dispatch({ type: 'set', part: action.part, value });
    }}
  >
    <label for="dial">${action.label ? textOf(view, action.label) : name}</label>
    <output for="dial"><bdi>${shown}</bdi>${unit ? html` <small>${unit}</small>` : nothing}</output>
    <div class="slider">
      <button type="button" class="icon" aria-label=${words.msg('Less')} @click=${() => move(-1)}>${icons.farther}</button>
      <input
        id="dial"
        type="range"
        min=${action.min}
        max=${action.max}
        step=${action.step}
        .value=${String(value)}
        aria-valuetext=${valueText}
        @input=${(event: Event) => view.setValue((event.target as HTMLInputElement).valueAsNumber)}
      />
      <button type="button" class="icon" aria-label=${words.msg('More')} @click=${() => move(1)}>${icons.nearer}</button>
    </div>
    <button class="primary" type="submit">${words.msg(str`Set to ${valueText}`)}</button>
  </form>`;
}

function decimals(step: number): number {
  const text = String(step);
  const exponent = /e-(\d+)$/.exec(text)?.[1];
  return Math.min(6, exponent ? Number(exponent) : (text.split('.')[1]?.length ?? 0));
}
