import type { ProcedureState, Simulation } from '@lectern/core';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { base } from '../internal/base.styles.js';
import { LecternErrorEvent } from '../internal/lectern-error-event.js';
import { LearningStatementEvent } from '../internal/learning-statement-event.js';
import { Localizer } from '../internal/localize.js';
import { consumeLearningHost, type LearningHost } from '../internal/session-context.js';
import { tokens } from '../internal/tokens.styles.js';
import { renderBody } from './body.js';
import { announcementOf, feedbackOf, renderFeedback } from './feedback.js';
import { findUnit } from './find-unit.js';
import { loadSimulation } from './load-simulation.js';
import { ModelStage } from './model-stage.js';
import { renderBar, renderConfirm, renderSegments, textOf, type PanelView } from './panel.js';
import { renderHotspots, renderParts } from './parts.js';
import { openRun } from './open-run.js';
import type { ProcedureRun } from './procedure-run.js';
import { courseOf, type SimulationOutlet } from './simulation-outlet.js';
import { SimulationViewerError } from './simulation-viewer-error.js';
import { SimulationEndEvent, SimulationStepEvent } from './simulation-viewer.events.js';
import { controls } from './simulation-controls.styles.js';
import { layout } from './simulation-result.styles.js';
import { styles } from './simulation-viewer.styles.js';
import { renderFault, renderLoading, renderStage } from './stage-view.js';

/**
 * A procedure to carry out on a 3D model: in order, timed and scored. Every part of the model is also a button in a list, so
 * that all of it works by keyboard, by ear, and where the browser cannot draw in 3D.
 *
 * Inside a `<learning-session>` each step is recorded and the learner resumes where they left off, on any device. Without one it
 * works and says that nothing is recorded.
 *
 * @element simulation-viewer
 *
 * @fires {LearningStatementEvent} learning-statement - Something was recorded; `statement` and the live `receipt`. Not inside a player, which fires it itself.
 * @fires {SimulationStepEvent} lectern-simulation-step - A step is done, or was cut off by the time limit.
 * @fires {SimulationEndEvent} lectern-simulation-end - The procedure is over; `outcome`, `passed`, `score`.
 * @fires {LecternErrorEvent} lectern-error - Something is wrong, and the viewer shows it; `error.code` says what. Where only the 3D picture is missing, the procedure goes on without it.
 *
 * @csspart base - The whole.
 * @csspart stage - Where the model is.
 * @csspart hotspot - A part's button on the model.
 * @csspart panel - Where the procedure is.
 * @csspart bar - Time, points, pause, starting over.
 * @csspart pause - The pause button.
 * @csspart start - The start button.
 * @csspart resume - The button that goes on.
 * @csspart restart - The button that starts over.
 * @csspart progress - The row of segments, one a step.
 * @csspart step - The current step.
 * @csspart instruction - What to do in it.
 * @csspart hint - The hint, once shown.
 * @csspart hint-button - The button that shows it.
 * @csspart control - The control of a step in which something is set or chosen.
 * @csspart feedback - What became of the last action.
 * @csspart result - The result.
 * @csspart parts - The list of parts.
 * @csspart part-button - A part's button in the list.
 * @csspart error - What is shown in place of a simulation that cannot be.
 *
 * @cssproperty [--lectern-simulation-stage=linear-gradient] - Background behind the model.
 * @cssproperty [--lectern-simulation-ratio=4 / 3] - Width to height of the stage, where the viewer is narrow.
 * @cssproperty [--lectern-simulation-height=36em] - Height of stage and panel, where they stand side by side.
 */
export class SimulationViewer extends LitElement {
  static override readonly styles = [tokens, base, styles, controls, layout];

  readonly #words = new Localizer(this);
  readonly #stage = new ModelStage(this, (error) => this.dispatchEvent(new LecternErrorEvent(error)));
  #host: LearningHost | undefined;
  #hostKnown = false;
  #opening: AbortController | undefined;
  /** What the opening under way, or the open run, came from. */
  #cause: readonly unknown[] = [];
  #life: AbortController | undefined;
  #run: ProcedureRun | undefined;
  #focused = false;

  @query('.heading') private heading!: HTMLElement | null;
  @query('.panel') private panel!: HTMLElement | null;

  @state() private error: SimulationViewerError | undefined;
  @state() private procedure: ProcedureState | undefined;
  @state() private value: number | undefined;
  @state() private confirming = false;
  @state() private said = '';

  /** URL of the simulation's description (`simulation.json`), against the page's. */
  @property() src = '';

  /** URL of a course that the simulation is part of, against the page's; then what is done counts in that course, and `src` is not needed. */
  @property() course: string | undefined;

  /** Id of the unit in that course. Default: its first simulation. */
  @property() unit: string | undefined;

  /** Level of the simulation's heading, 1 to 5. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 3;

  /**
   * Where events go and progress is kept, instead of the `<learning-session>` around. For players that embed the viewer.
   * @internal
   */
  @property({ attribute: false }) outlet: SimulationOutlet | undefined;

  constructor() {
    super();
    consumeLearningHost(this, (host) => {
      // Offered anew, because what it refused may work now.
      const again = this.#hostKnown && host === this.#host && this.error !== undefined;
      this.#hostKnown = true;
      this.#host = host;
      this.#begin({ again });
    });
  }

  /** The simulation shown, once it is loaded. */
  get simulation(): Simulation | undefined {
    return this.#run?.simulation;
  }

  /** Where the procedure stands, once it is loaded. A frozen snapshot. */
  get state(): ProcedureState | undefined {
    return this.procedure;
  }

  /** Begins the procedure. Does nothing while one is running. */
  start(): void {
    this.#run?.dispatch({ type: 'start' });
  }

  /** Stops the time until `resume()`. */
  pause(): void {
    this.#run?.dispatch({ type: 'pause' });
  }

  /** Goes on after a pause, or where the learner left off. */
  resume(): void {
    this.#run?.dispatch({ type: 'resume' });
  }

  /** Throws this attempt away and makes the next one ready. */
  restart(): void {
    this.#run?.dispatch({ type: 'restart' });
  }

  /** Loads the simulation again, after an error or because it has changed. What the learner did is kept. */
  retry(): void {
    this.#begin({ again: true });
  }

  override focus(options?: FocusOptions): void {
    (this.renderRoot.querySelector<HTMLElement>('.panel button') ?? this.heading)?.focus(options);
  }

  /** The unit is closed: tells what is left to tell. A player calls it before it takes the viewer off the page. */
  close(): void {
    this.#run?.leave();
  }

  /** The page came back from the back/forward cache: opens what {@link close} closed. */
  reopen(): void {
    this.#run?.initialize();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#life = new AbortController();
    const { signal } = this.#life;
    document.addEventListener('visibilitychange', () => this.#onVisibility(), { signal });
    addEventListener('pagehide', () => this.outlet || this.close(), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#life?.abort();
    this.#opening?.abort();
    if (!this.outlet) this.close();
    this.#run = undefined;
    this.#hostKnown = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // What has the focus may be gone after the update.
    this.#focused = this.matches(':focus-within');
    if (changed.has('src') || changed.has('course') || changed.has('unit') || changed.has('outlet')) this.#begin();
  }

  protected override updated(changed: PropertyValues): void {
    renderHotspots(this.#stage, this.#view(), (part) => this.#use(part));
    if (changed.has('procedure')) this.#moveFocus(changed.get('procedure') as ProcedureState | undefined);
  }

  #begin({ again = false } = {}): void {
    if (!this.isConnected || (this.src === '' && !this.course) || !(this.outlet || this.#hostKnown)) return;
    const cause = [this.src, this.course, this.unit, this.outlet, this.#host];
    if (!again && this.#opening?.signal.aborted === false && cause.every((part, index) => part === this.#cause[index])) return;
    this.#cause = cause;
    this.#opening?.abort();
    this.#opening = new AbortController();
    void this.#open(this.#opening.signal);
  }

  async #open(signal: AbortSignal): Promise<void> {
    if (!this.outlet) this.close();
    this.#run = undefined;
    this.#stage.clear();
    this.error = undefined;
    this.procedure = undefined;
    try {
      const place = this.course ? await findUnit(this.course, this.unit, signal) : undefined;
      const url = place?.url ?? new URL(this.src, document.baseURI).href;
      const simulation = await loadSimulation(url, signal);
      await this.#words.settled;
      const run = await openRun(simulation, {
        place: place ?? courseOf(simulation, url),
        outlet: this.outlet,
        host: this.#host,
        languages: () => this.#words.languages,
        onChange: (state, previous) => this.#follow(state, previous),
        onRecorded: ({ statement, receipt }) => this.dispatchEvent(new LearningStatementEvent(statement, receipt)),
      });
      if (signal.aborted) return;
      this.#run = run;
      if (this.outlet) run.initialize();
      this.procedure = run.state;
      await this.updateComplete;
      const done = () => simulation.steps.filter((_, index) => run.state.steps[index]?.status === 'done');
      this.#stage.show(simulation, url, this.#words.languages, done);
    } catch (cause) {
      if (!signal.aborted) this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    const error =
      cause instanceof SimulationViewerError ? cause : new SimulationViewerError('simulation-unreachable', 'The simulation cannot be shown.', { cause });
    this.error = error;
    this.dispatchEvent(new LecternErrorEvent(error));
  }

  #follow(state: ProcedureState, previous: ProcedureState): void {
    this.procedure = state;
    const view = this.#view();
    if (!view) return;
    this.#stage.follow(view.simulation, state, previous);
    if (state.status !== previous.status) this.confirming = false;
    if (state.stepIndex !== previous.stepIndex || state.attempt !== previous.attempt) this.value = undefined;
    this.said = announcementOf(view, previous) ?? this.said;
    state.steps.forEach((step, index) => {
      const isNews = step.status !== previous.steps[index]!.status;
      if (isNews && (step.status === 'done' || step.status === 'missed')) this.dispatchEvent(new SimulationStepEvent(step));
    });
    if (state.status === 'finished' && previous.status !== 'finished') this.dispatchEvent(new SimulationEndEvent(state));
  }

  /** Focus follows the learner to the next step, if it was here: what they used is gone. */
  #moveFocus(previous: ProcedureState | undefined): void {
    const state = this.procedure;
    if (!state || !previous || !this.#focused) return;
    const opened = state.steps[state.stepIndex]?.opened && !previous.steps[state.stepIndex]?.opened;
    if (opened) this.renderRoot.querySelector<HTMLElement>('[part="control"] :is(input, .option)')?.focus();
    else if (state.stepIndex !== previous.stepIndex || state.status !== previous.status || state.attempt !== previous.attempt) {
      this.heading?.focus({ preventScroll: true });
      this.panel?.scrollIntoView({ block: 'nearest' });
    }
  }

  #onVisibility(): void {
    // A hidden page is not being learned from; its time must not run out.
    if (document.visibilityState === 'hidden' && this.procedure?.status === 'running') this.pause();
  }

  #use(part: string): void {
    this.#run?.dispatch({ type: 'activate', part });
  }

  #view(): PanelView | undefined {
    const run = this.#run;
    if (!run || !this.procedure) return undefined;
    return {
      simulation: run.simulation,
      state: this.procedure,
      words: this.#words,
      level: this.headingLevel,
      dispatch: (action) => run.dispatch(action),
      value: this.value,
      setValue: (value) => (this.value = value),
      confirming: this.confirming,
      confirm: (ask) => (this.confirming = ask),
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const words = this.#words;
    if (!words.ready) return nothing;
    if (this.error) return renderFault(this.error, words, () => this.retry());
    const view = this.#view();
    if (!view) return renderLoading(words, this.src !== '' || Boolean(this.course));
    const { state } = view;
    const recorded = this.outlet !== undefined || this.#host !== undefined;
    return html`<section class="viewer" part="base" aria-labelledby="title" lang=${words.locale}>
      <div class="columns">
        ${renderStage(this.#stage, view)}
        <div class="panel" part="panel">
          <div id="title" class="title" role="heading" aria-level=${view.level}>${textOf(view, view.simulation.title)}</div>
          ${state.status === 'ready' ? nothing : renderBar(view)} ${renderConfirm(view)} ${state.status === 'ready' ? nothing : renderSegments(view)}
          ${renderBody(view)} ${state.status === 'running' || state.status === 'finished' ? renderFeedback(feedbackOf(view)) : nothing}
          ${recorded ? nothing : html`<p class="muted small">${words.msg('Nothing is recorded on this page.')}</p>`}
        </div>
      </div>
      ${renderParts(view, this.#stage.status, (part) => this.#use(part))}
      <p class="unseen" role="status">${this.said}</p>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'simulation-viewer': SimulationViewer;
  }
}
