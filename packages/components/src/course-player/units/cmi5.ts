import { pickText, type Cmi5Unit, type LmsConnection, type UnitLaunch, type XapiUnit } from '@lectern/core';
import { html } from 'lit';
import { asLecternError, PlayerError } from '../player-error.js';
import { createFramePlace, type FramePlace } from './framed.js';
import { LaunchWatch } from './launch-watch.js';
import type { UnitContext, UnitView } from './unit-view.js';

type Launched = Cmi5Unit | XapiUnit;
type Launcher = Required<Pick<LmsConnection, 'launch' | 'observe'>>;

/** Foreign content on a foreign origin; the same as the courseware frame's. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads';

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
  #watch: LaunchWatch | undefined;
  #frame: HTMLIFrameElement | undefined;
  #window: Window | undefined;

  constructor(context: UnitContext<Launched>, place: FramePlace, connection: LmsConnection & Launcher) {
    this.#context = context;
    this.#place = place;
    this.#connection = connection;
  }

  /** A window of its own can only be opened by the learner's hand; a frame opens at once (cmi5 8.1, launchMethod). */
  async begin(): Promise<void> {
    const { unit } = this.#context;
    if (unit.kind === 'cmi5' && unit.launchMethod === 'OwnWindow') return this.#offerWindow();
    const launch = await this.#connection.launch(unit);
    if (launch.method === 'OwnWindow') this.#offerWindow();
    else this.#openFrame(launch);
  }

  async close(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    this.#frame?.remove();
    if (!watch) return;
    await new Promise((resolve) => setTimeout(resolve, LAST_WORDS));
    await watch.look();
    watch.end();
  }

  focus(): void {
    this.#frame?.focus();
  }

  #openFrame(launch: UnitLaunch): void {
    const { unit, languages } = this.#context;
    const url = checkLaunch(launch.url);
    const frame = document.createElement('iframe');
    frame.title = pickText(unit.title, languages);
    frame.setAttribute('sandbox', SANDBOX);
    frame.allow = 'autoplay; fullscreen; encrypted-media; picture-in-picture';
    frame.src = url.href;
    frame.addEventListener('load', () => this.#place.say(''), { once: true });
    this.#frame?.remove();
    this.#frame = frame;
    this.#place.offer('');
    this.#place.content.append(frame);
    this.#follow(launch);
  }

  #offerWindow(): void {
    const { msg } = this.#context.words;
    this.#place.say(msg('This unit opens in a window of its own. Come back here when you have finished.'));
    this.#place.offer(html`<button type="button" class="primary" @click=${() => void this.#openWindow()}>${msg('Open in a new window')}</button>`);
  }

  /** The window first, while the click still counts; its one-time address when the server has made it. */
  async #openWindow(): Promise<void> {
    const { unit, words } = this.#context;
    if (this.#window && !this.#window.closed) return this.#window.focus();
    const opened = window.open('about:blank', '_blank');
    if (!opened) return this.#place.say(words.msg('Your browser has blocked the window. Allow windows for this site, then try again.'), 'warn');
    opened.opener = null;
    try {
      const launch = await this.#connection.launch(unit);
      opened.location.replace(checkLaunch(launch.url));
      this.#window = opened;
      this.#place.say(words.msg('The unit is open in another window.'));
      this.#follow(launch);
    } catch (error) {
      opened.close();
      this.#context.fail(asLecternError(error, 'unit-failed'));
    }
  }

  #follow(launch: UnitLaunch): void {
    this.#watch?.end();
    const watch = new LaunchWatch({
      observe: () => this.#connection.observe(this.#context.unit, launch),
      dispatch: (event) => this.#context.dispatch(event),
      ended: () => this.#offerAgain(),
    });
    this.#watch = watch;
    this.#context.signal.addEventListener('abort', () => watch.end(), { once: true });
    watch.begin();
  }

  /** A cmi5 session is not resumed: a relaunch is a new one of the same registration. */
  #offerAgain(): void {
    const { msg } = this.#context.words;
    const again = (): void => {
      this.#place.offer('');
      void this.begin().catch((error: unknown) => this.#context.fail(asLecternError(error, 'unit-failed')));
    };
    this.#place.say(msg('The unit has ended.'));
    this.#place.offer(html`<button type="button" @click=${again}>${msg('Start it again')}</button>`);
    this.#frame?.remove();
    this.#frame = undefined;
    this.#window = undefined;
  }
}

/** A unit on the page's own origin would run as the page. */
function checkLaunch(address: string): URL {
  const url = new URL(address, location.href);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new PlayerError('unit-failed', 'The launch has an address that cannot be opened.', { field: 'url' });
  if (url.origin === location.origin) {
    throw new PlayerError('unit-failed', 'The unit is on this page’s own origin; foreign content runs on another.', { field: 'url' });
  }
  return url;
}
