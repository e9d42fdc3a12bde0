import { pickText, type Cmi5Unit, type LmsConnection, type UnitLaunch, type XapiUnit } from '@lectern/core';
import { html } from 'lit';
import { asLecternError, PlayerError } from '../player-error.js';
import { renderObjectives } from './unit-objectives.js';
import { createFramePlace, type FramePlace } from './framed.js';
import { createLaunchFrame, openLaunchWindow } from './launch-frame.js';
import { holdLaunch, type LaunchLock } from './launch-lock.js';
import { LaunchWatch } from './launch-watch.js';
import type { UnitContext, UnitView } from './unit-view.js';

type Launched = Cmi5Unit | XapiUnit;
type Launcher = Required<Pick<LmsConnection, 'launch' | 'observe' | 'registration'>>;

/** Milliseconds a leaving unit is given to send its last statements before they are asked for. */
const LAST_WORDS = 600;

/**
 * Launches a cmi5 or Tin Can unit. A server mints its one-time URL; the unit records by itself, so the player only looks at what has been
 * recorded and passes it on to the session, which keeps the course's state and writes no statement of its own.
 */
export async function open(context: UnitContext<Launched>): Promise<UnitView> {
  const place = createFramePlace(context.host);
  place.say(context.words.msg('Opening…'));
  const { connection } = await context.session;
  context.signal.throwIfAborted();
  if (!connection.capabilities.launch || !connection.launch || !connection.observe) {
    throw new PlayerError('unit-failed', 'A unit of this kind is launched by a server, and no <learning-session> here reaches one that can.', { field: context.unit.id });
  }
  const launched = new LaunchedView(context, place, connection as LmsConnection & Launcher);
  await launched.begin();
  return launched;
}

class LaunchedView implements UnitView {
  readonly #context: UnitContext<Launched>;
  readonly #place: FramePlace;
  readonly #connection: LmsConnection & Launcher;
  #lock: LaunchLock | undefined;
  #watch: LaunchWatch | undefined;
  #frame: HTMLIFrameElement | undefined;
  #window: Window | undefined;
  /** The unit was asked for a window of its own, or asks for one itself. */
  #inWindow: boolean;

  constructor(context: UnitContext<Launched>, place: FramePlace, connection: LmsConnection & Launcher) {
    this.#context = context;
    this.#place = place;
    this.#connection = connection;
    this.#inWindow = context.unit.kind === 'cmi5' && context.unit.launchMethod === 'OwnWindow';
    context.signal.addEventListener('abort', () => this.#letGo(), { once: true });
  }

  /** A window of its own can only be opened by the learner's hand; a frame opens at once (cmi5 8.1, launchMethod). */
  async begin(takeOver = false): Promise<void> {
    const { msg } = this.#context.words;
    if (this.#inWindow) return this.#offerWindow(msg('This unit opens in a window of its own. Come back here when you have finished.'));
    if (!(await this.#hold(takeOver))) return this.#offerTakeOver();
    const launch = await this.#connection.launch(this.#context.unit);
    if (this.#context.signal.aborted) return;
    if (launch.method === 'AnyWindow') return this.#openFrame(launch);
    this.#inWindow = true;
    this.#offerWindow(msg('This unit opens in a window of its own. Come back here when you have finished.'));
  }

  async close(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    this.#frame?.remove();
    if (watch) {
      await new Promise((resolve) => setTimeout(resolve, LAST_WORDS));
      await watch.look();
      watch.end();
    }
    this.#letGo();
  }

  focus(): void {
    this.#frame?.focus();
  }

  #letGo(): void {
    this.#watch?.end();
    this.#lock?.release();
    this.#lock = undefined;
  }

  /** @returns whether this tab is the one in which the registration's units run */
  async #hold(takeOver: boolean): Promise<boolean> {
    if (this.#lock) return true;
    const lock = await holdLaunch(this.#connection.registration, takeOver);
    if (this.#context.signal.aborted) lock?.release();
    this.#lock = lock;
    void lock?.lost.then(() => {
      if (this.#lock === lock) this.#takenOver();
    });
    return lock !== undefined;
  }

  #openFrame(launch: UnitLaunch): void {
    const { unit, languages } = this.#context;
    const frame = createLaunchFrame(launch, pickText(unit.title, languages));
    let loads = 0;
    frame.addEventListener('load', () => {
      loads += 1;
      if (loads === 1) this.#place.say('');
      else void this.#watch?.look(); // it has gone on, perhaps to its returnURL (cmi5 10.2.6)
    });
    this.#frame?.remove();
    this.#frame = frame;
    this.#place.offer('');
    this.#place.content.append(frame);
    this.#follow(launch);
  }

  #offerWindow(words: string, tone?: 'warn'): void {
    const { course, unit, languages, words: localizer } = this.#context;
    const { msg } = localizer;
    this.#place.say(words, tone);
    this.#place.offer(html`${renderObjectives(course, unit, localizer, languages)}<button type="button" class="primary" @click=${() => void this.#openWindow(false)}>${msg('Open in a new window')}</button>`);
  }

  #offerTakeOver(): void {
    const { msg } = this.#context.words;
    this.#offer(msg('This course is open in another tab or window, and only one can record at a time.'), msg('Continue here'), true);
  }

  async #openWindow(takeOver: boolean): Promise<void> {
    const { unit, words, signal } = this.#context;
    if (this.#window && !this.#window.closed) return this.#window.focus();
    try {
      const opened = await openLaunchWindow(async () => {
        if (!(await this.#hold(takeOver))) return void this.#offerTakeOver();
        const launch = await this.#connection.launch(unit);
        return signal.aborted ? undefined : launch;
      });
      if (opened === 'blocked') return this.#offerWindow(words.msg('Your browser has blocked the window. Allow windows for this site, then try again.'), 'warn');
      if (!opened) return;
      this.#frame?.remove();
      this.#frame = undefined;
      this.#window = opened.window;
      this.#place.say(words.msg('The unit is open in another window.'));
      this.#place.offer(html`<button type="button" @click=${() => void this.#openWindow(false)}>${words.msg('Go to the window')}</button>`);
      this.#follow(opened.launch);
    } catch (error) {
      this.#context.fail(asLecternError(error, 'unit-failed'));
    }
  }

  #follow(launch: UnitLaunch): void {
    this.#watch?.end();
    const opened = this.#window;
    let gone = false;
    const watch = new LaunchWatch({
      observe: () => this.#connection.observe(this.#context.unit, launch),
      dispatch: (event) => this.#context.dispatch(event),
      ended: (abandoned) => this.#ended(abandoned),
      silent: () => this.#offerAnotherWay(),
      beforeLook: () => {
        if (gone || !opened?.closed || this.#window !== opened) return;
        // Its last words may still be on their way: the watch goes on.
        gone = true;
        this.#window = undefined;
        this.#offerWindow(this.#context.words.msg('The window of the unit is closed.'));
      },
    });
    this.#watch = watch;
    watch.begin();
  }

  /** Some publishers forbid frames, and no page can see that they do. */
  #offerAnotherWay(): void {
    const { msg } = this.#context.words;
    if (!this.#frame) return;
    this.#inWindow = true;
    this.#place.offer(html`<p class="says">${msg('Does nothing appear? The unit may need a window of its own.')}</p><button type="button" @click=${() => void this.#openWindow(false)}>${msg('Open in a new window')}</button>`);
  }

  /** A cmi5 session is not resumed: a relaunch is a new one of the same registration. */
  #ended(abandoned: boolean): void {
    const { msg } = this.#context.words;
    this.#clear();
    const words = abandoned ? msg('The unit was started again elsewhere, or its time ran out. What was recorded until then is kept.') : msg('The unit has ended.');
    this.#offer(words, msg('Start it again'), false);
  }

  /** The other tab's launch ends the session of this one, so nothing that is done here would count. */
  #takenOver(): void {
    const { msg } = this.#context.words;
    this.#window?.close();
    this.#watch?.end();
    this.#clear();
    this.#context.dispatch({ type: 'suspended' });
    this.#context.dispatch({ type: 'terminated' });
    this.#offer(msg('You have gone on in another tab or window. What you did here until then is kept.'), msg('Continue here'), true);
  }

  #clear(): void {
    this.#frame?.remove();
    this.#frame = undefined;
    this.#window = undefined;
    this.#lock?.release();
    this.#lock = undefined;
    this.#inWindow = this.#context.unit.kind === 'cmi5' && this.#context.unit.launchMethod === 'OwnWindow';
  }

  #offer(says: string, does: string, takeOver: boolean): void {
    const { words } = this.#context;
    const act = (): void => {
      if (this.#inWindow) return void this.#openWindow(takeOver);
      this.#place.offer('');
      this.#place.say(words.msg('Opening…'));
      void this.begin(takeOver).catch((error: unknown) => this.#context.fail(asLecternError(error, 'unit-failed')));
    };
    this.#place.say(says);
    this.#place.offer(html`<button type="button" class=${takeOver ? 'primary' : ''} @click=${act}>${does}</button>`);
  }
}
