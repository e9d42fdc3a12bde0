import { pickText, type LaunchedUnitState, type LaunchProblem, type LmsConnection, type LtiUnit, type UnitLaunch } from '@lectern/core';
import { html, type TemplateResult } from 'lit';
import { str } from '../../internal/localize.js';
import { asLecternError, PlayerError } from '../player-error.js';
import { ExplainedError } from '../sources/explained-error.js';
import { createFramePlace, type FramePlace } from './framed.js';
import { createLaunchFrame, openLaunchWindow } from './launch-frame.js';
import { LaunchWatch } from './launch-watch.js';
import { PlatformStorage } from './lti/platform-storage.js';
import type { UnitContext, UnitView } from './unit-view.js';

type Launcher = Required<Pick<LmsConnection, 'launch' | 'observe'>>;

/** Answers of a server that knows no such tool, or will not launch it so: 404, 422, 400. */
const UNKNOWN: readonly string[] = ['not-found', 'rejected'];

/**
 * Launches an LTI 1.3 tool. The server makes the launch, answers the tool and takes its scores; the player shows the tool, and what the server has seen of
 * it: that it was asked for the learner, that it was refused, what it has scored, that it has sent the learner back.
 */
export async function open(context: UnitContext<LtiUnit>): Promise<UnitView> {
  const place = createFramePlace(context.host);
  place.say(context.words.msg('Opening the tool…'));
  const { connection } = await context.session;
  context.signal.throwIfAborted();
  if (!connection.capabilities.launch || !connection.launch || !connection.observe) {
    throw new PlayerError('unit-failed', 'A unit of this kind is launched by a server, and no <learning-session> here reaches one that can.', { field: context.unit.id });
  }
  const view = new LtiView(context, place, connection as LmsConnection & Launcher);
  await view.begin();
  return view;
}

class LtiView implements UnitView {
  readonly #context: UnitContext<LtiUnit>;
  readonly #place: FramePlace;
  readonly #connection: LmsConnection & Launcher;
  #watch: LaunchWatch | undefined;
  #frame: HTMLIFrameElement | undefined;
  #window: Window | undefined;
  /** What was last said of a result, so that it is said once. */
  #result = '';
  /** The tool has asked for the learner. */
  #arrived = false;
  #problem: LaunchProblem | undefined;

  constructor(context: UnitContext<LtiUnit>, place: FramePlace, connection: LmsConnection & Launcher) {
    this.#context = context;
    this.#place = place;
    this.#connection = connection;
    context.signal.addEventListener('abort', () => this.#watch?.end(), { once: true });
  }

  /** A window of its own can only be opened by the learner's hand; a frame opens at once. */
  async begin(): Promise<void> {
    if (this.#context.unit.launchMethod === 'OwnWindow') return this.#offerWindow();
    const launch = await this.#launch();
    if (!launch) return;
    if (launch.method === 'OwnWindow') return this.#offerWindow();
    this.#openFrame(launch);
  }

  async close(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    this.#frame?.remove();
    // A score that has just been sent is not to wait for the next visit.
    await watch?.look();
    watch?.end();
  }

  focus(): void {
    this.#frame?.focus();
  }

  /** @returns `undefined` where the unit was closed meanwhile */
  async #launch(ownWindow = false): Promise<UnitLaunch | undefined> {
    try {
      const launch = await this.#connection.launch(this.#context.unit, ownWindow ? { ownWindow } : {});
      return this.#context.signal.aborted ? undefined : launch;
    } catch (error) {
      const { code, message } = asLecternError(error, 'unit-failed');
      if (!UNKNOWN.includes(code)) throw error;
      throw new ExplainedError('tool-unknown', message, ({ msg }) => ({
        title: msg('This tool is not set up here'),
        advice: msg('The site that records your learning cannot start it. Tell your teacher or the support of this site, with the details below.'),
      }), { field: this.#context.unit.id, cause: error });
    }
  }

  #openFrame(launch: UnitLaunch): void {
    const { unit, languages, signal } = this.#context;
    const frame = createLaunchFrame(launch, pickText(unit.title, languages));
    // The tool goes through the server and back: each of its pages may be what is waited for.
    frame.addEventListener('load', () => void this.#watch?.look());
    this.#clear();
    this.#frame = frame;
    const { storageOrigins: origins } = launch;
    if (origins) {
      const storing = new AbortController();
      signal.addEventListener('abort', () => storing.abort(), { signal: storing.signal });
      this.#forget = () => storing.abort();
      new PlatformStorage({ origins, source: () => frame.contentWindow }).listen(storing.signal);
    }
    this.#place.offer('');
    this.#place.content.append(frame);
    this.#follow(launch);
  }

  /** Ends what the frame has kept with this page. */
  #forget = (): void => undefined;

  async #openWindow(): Promise<void> {
    const { words } = this.#context;
    if (this.#window && !this.#window.closed) return this.#window.focus();
    try {
      const opened = await openLaunchWindow(() => this.#launch(true));
      if (opened === 'blocked') return this.#offerWindow(words.msg('Your browser has blocked the window. Allow windows for this site, then try again.'), 'warn');
      if (!opened) return;
      this.#clear();
      this.#window = opened.window;
      this.#place.say(words.msg('The tool is open in another window.'));
      this.#place.offer(html`<button type="button" @click=${() => void this.#openWindow()}>${words.msg('Go to the window')}</button>`);
      this.#follow(opened.launch);
    } catch (error) {
      this.#context.fail(asLecternError(error, 'unit-failed'));
    }
  }

  #follow(launch: UnitLaunch): void {
    const { unit, words, dispatch } = this.#context;
    this.#watch?.end();
    this.#arrived = false;
    this.#problem = undefined;
    const opened = this.#window;
    let gone = false;
    const watch = new LaunchWatch({
      observe: () => this.#connection.observe(unit, launch),
      dispatch: (event) => dispatch(event),
      seen: (state) => this.#seen(state),
      ended: () => this.#ended(),
      silent: () => this.#offerAnotherWay(),
      beforeLook: () => {
        if (gone || !opened?.closed || this.#window !== opened) return;
        // Its score may still be on its way: the watch goes on.
        gone = true;
        this.#window = undefined;
        this.#offerWindow(words.msg('The window of the tool is closed.'));
      },
    });
    this.#watch = watch;
    watch.begin();
  }

  #seen(state: LaunchedUnitState): void {
    this.#problem = state.problem;
    if (state.problem?.code === 'refused' && !state.terminated) return this.#refused(state.problem);
    if (state.initialized && !this.#arrived) {
      this.#arrived = true;
      if (this.#frame) {
        this.#place.say('');
        this.#place.offer('');
      }
    }
    const result = this.#wordsOf(state);
    if (!this.#arrived || result === this.#result) return;
    this.#result = result;
    if (this.#frame || this.#window) this.#place.say(result);
  }

  /** What the tool has reported, as the learner may know it. */
  #wordsOf({ success, score, completed }: LaunchedUnitState): string {
    const { words, languages } = this.#context;
    const { msg } = words;
    const said = [
      ...(score?.scaled === undefined ? [] : [new Intl.NumberFormat([...languages], { style: 'percent', maximumFractionDigits: 1 }).format(score.scaled)]),
      ...(success === 'passed' ? [msg('Passed')] : success === 'failed' ? [msg('Not passed')] : completed ? [msg('Completed')] : []),
    ];
    return said.length === 0 ? '' : msg(str`Your result: ${said.join(' · ')}`);
  }

  /** The server would not answer the tool: it was set up otherwise here than there, or was too slow. */
  #refused({ message }: LaunchProblem): void {
    const { msg } = this.#context.words;
    this.#watch?.end();
    this.#clear();
    this.#place.say(msg('The tool could not sign you in. Try again; if it stays so, tell your teacher or the support of this site.'), 'warn');
    this.#place.offer(html`${this.#detail(message, 'en')}${this.#againButton(msg('Try again'))}`);
  }

  /** The tool has sent the learner back, perhaps with words about what went wrong (LTI 1.3, 5.4.4). */
  #ended(): void {
    const { msg } = this.#context.words;
    const problem = this.#problem;
    const result = this.#result;
    this.#clear();
    if (problem) this.#place.say(msg('The tool says that something went wrong. What it has reported until then is kept.'), 'warn');
    else this.#place.say([msg('You have left the tool.'), result].filter(Boolean).join(' '));
    this.#place.offer(html`${this.#detail(problem?.message)}${this.#againButton(msg('Start it again'))}`);
  }

  /** Nothing tells a page why a frame stays empty: the tool may be down, refuse frames, or need cookies that are blocked in them. */
  #offerAnotherWay(): void {
    const { msg } = this.#context.words;
    if (!this.#frame || this.#arrived) return;
    this.#place.say(msg('The tool cannot be reached, or does not let itself be shown here.'), 'warn');
    this.#place.offer(html`${this.#againButton(msg('Try again'))}<button type="button" @click=${() => void this.#openWindow()}>${msg('Open in a new window')}</button>`);
  }

  #offerWindow(says = this.#context.words.msg('This tool opens in a window of its own. Come back here when you have finished.'), tone?: 'warn'): void {
    const { msg } = this.#context.words;
    this.#place.say([says, this.#result].filter(Boolean).join(' '), tone);
    this.#place.offer(html`<button type="button" class="primary" @click=${() => void this.#openWindow()}>${msg('Open in a new window')}</button>`);
  }

  #againButton(does: string): TemplateResult {
    const act = (): void => {
      if (this.#context.unit.launchMethod === 'OwnWindow') return void this.#openWindow();
      this.#place.offer('');
      this.#place.say(this.#context.words.msg('Opening the tool…'));
      void this.begin().catch((error: unknown) => this.#context.fail(asLecternError(error, 'unit-failed')));
    };
    return html`<button type="button" class="primary" @click=${act}>${does}</button>`;
  }

  /** Words from elsewhere, as text; in a language that may not be known. */
  #detail(message: string | undefined, lang = ''): TemplateResult | string {
    return message ? html`<p class="detail" lang=${lang} dir="auto">${message}</p>` : '';
  }

  #clear(): void {
    this.#forget();
    this.#frame?.remove();
    this.#frame = undefined;
    this.#window = undefined;
    this.#result = '';
  }
}
