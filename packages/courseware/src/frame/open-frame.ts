import { connect, PortMessenger, type Connection } from 'penpal';
import { newUuid } from '@lectern/core';
import { isSafeUrl } from '../course/safe-url.js';
import { FrameError } from './frame-error.js';
import { isHello } from './handshake.js';
import { FRAME_PROTOCOL, type FrameMethods, type Hello, type PackageAssignment, type PlayerMethods } from './protocol.js';

/** Milliseconds the frame's page has to answer. */
const HELLO_TIMEOUT = 20_000;

/**
 * What foreign content may do. Scripts and its own origin's storage come together, which is why that origin must not be the page's
 * (docs/decisions): content that could reach its own sandbox could take it off.
 */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads';
const FEATURES = 'autoplay; fullscreen; encrypted-media; picture-in-picture';

export interface OpenFrameOptions {
  /** Absolute URL of the frame's page on the content's origin. */
  readonly frame: string | undefined;
  /** Where the frame is put. */
  readonly host: HTMLElement;
  /** What screen readers call it. */
  readonly title: string;
  readonly methods: PlayerMethods;
  /** The content has replaced the frame's page, so nothing it does is recorded any more. */
  lost(error: FrameError): void;
  readonly signal: AbortSignal;
  /** The content is in a package, which the player reads. */
  readonly package?: PackageFeed | undefined;
  /**
   * The host vouches for the content: the frame may be on the page's own origin, and then has no sandbox, since one that the content could take
   * off would only look like safety. Default `false`.
   */
  readonly trusted?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** A package whose files reach the content origin through this page. */
export interface PackageFeed extends PackageAssignment {
  /** Answers the request that waits on the port. */
  serve(port: MessagePort): void;
}

/** What an assignment says of a package. */
export const packageOf = (feed: PackageFeed | undefined): { readonly package?: PackageAssignment } => (feed ? { package: { url: feed.url, base: feed.base } } : {});

/** What the content origin could not do for a package. */
export const packageUnavailable = (detail: string | undefined, frame: string | undefined): FrameError =>
  new FrameError('package-unavailable', `The content origin cannot read packages: ${String(detail).slice(0, 300)}`, { field: 'frame', ...(frame ? { file: frame } : {}) });

export const isErrorStatus = (status: number | undefined): status is number => typeof status === 'number' && status >= 400;

export function contentMissing(url: string, status: number): FrameError {
  return new FrameError('content-missing', `${url} answered ${status}.`, { file: url });
}

/**
 * Where content is.
 * @param field of the unit that says so
 * @throws FrameError `launch-invalid`
 */
export function contentUrl(href: string, base: string, field: 'href' | 'src' = 'href'): string {
  if (!isSafeUrl(href) || !URL.canParse(href, base)) throw new FrameError('launch-invalid', 'The unit’s address cannot be opened.', { field, file: base });
  return new URL(href, base).href;
}

const refuse = (): never => {
  throw new TypeError('Only SCORM content has a data model.');
};

/** What content is answered that has no data model and asks for no other place. */
export const withoutModel = { loaded: () => undefined, recover: refuse, hydrate: refuse, record: refuse, navigate: () => undefined } satisfies Partial<PlayerMethods>;

/** A frame that has answered. */
export interface OpenFrame {
  readonly element: HTMLIFrameElement;
  readonly remote: FrameMethods;
  /** Gives the keyboard to the content. */
  focus(): void;
  /** Lets the content leave in its own way, as far as it does so in `milliseconds`, and takes the frame off the page. */
  leave(milliseconds: number): Promise<void>;
  /** Takes the frame off the page. */
  remove(): void;
}

/**
 * Opens the courseware frame and meets it: its first words must come from its window, its origin and on its channel; all else goes through
 * a port that only the two hold.
 * @throws FrameError `frame-missing`, `frame-same-origin`, `frame-timeout`, `frame-version`
 */
export async function openFrame(options: OpenFrameOptions): Promise<OpenFrame> {
  const { frame, host, methods, signal } = options;
  if (frame === undefined) throw new FrameError('frame-missing', 'The course names no courseware frame, which this unit needs to run.', { field: 'frame' });
  const url = new URL(frame, location.href);
  const sameOrigin = url.origin === location.origin;
  if (sameOrigin && !options.trusted) {
    throw new FrameError('frame-same-origin', 'The courseware frame is on this page’s own origin; foreign content runs on another.', { field: 'frame', file: url.href });
  }
  signal.throwIfAborted();
  const channel = newUuid();
  url.hash = new URLSearchParams({ player: location.origin, channel }).toString();
  const element = host.ownerDocument.createElement('iframe');
  element.title = options.title;
  if (!sameOrigin) element.setAttribute('sandbox', SANDBOX);
  element.allow = FEATURES;
  element.referrerPolicy = 'origin';
  element.src = url.href;
  let loads = 0;
  element.addEventListener('load', () => {
    loads += 1;
    if (loads > 1 && connection) options.lost(new FrameError('frame-lost', 'The content has left the courseware frame.'));
  });

  const closed = new AbortController();
  const stop = (): void => closed.abort();
  let connection: Connection<FrameMethods> | undefined;
  const remove = (): void => {
    stop();
    connection?.destroy();
    element.remove();
  };
  signal.addEventListener('abort', stop, { signal: closed.signal });
  try {
    const met = new Promise<Connection<FrameMethods>>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new FrameError('frame-timeout', 'The courseware frame did not answer.', { field: 'frame', file: frame })),
        options.timeout ?? HELLO_TIMEOUT,
      );
      closed.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason instanceof Error ? signal.reason : new DOMException('The unit was closed.', 'AbortError'));
      });
      const listen = (event: MessageEvent<unknown>): void => {
        // The window and the origin: content inside the frame, and other windows of its origin, are not the frame.
        if (event.source !== element.contentWindow || event.source === null || event.origin !== url.origin || !isHello(event.data, 'frame', channel)) return;
        if (connection) {
          options.lost(new FrameError('frame-lost', 'The content has reloaded the courseware frame.'));
          return;
        }
        if (event.data.version !== FRAME_PROTOCOL) {
          reject(new FrameError('frame-version', `The courseware frame speaks version ${event.data.version}; ${FRAME_PROTOCOL} is needed.`, { file: frame }));
          return;
        }
        clearTimeout(timer);
        const { port1, port2 } = new MessageChannel();
        connection = connect<FrameMethods>({ messenger: new PortMessenger({ port: port1 }), methods });
        element.contentWindow!.postMessage({ lectern: 'player', version: FRAME_PROTOCOL, channel } satisfies Hello, url.origin, [port2]);
        resolve(connection);
      };
      addEventListener('message', listen, { signal: closed.signal });
    });
    host.append(element);
    const remote = (await (await met).promise) as unknown as FrameMethods;
    const focus = (): void => {
      element.focus();
      void Promise.resolve(remote.focus()).catch(() => undefined);
    };
    const leave = async (milliseconds: number): Promise<void> => {
      const timer = new Promise((resolve) => setTimeout(resolve, milliseconds));
      await Promise.race([Promise.resolve(remote.stop()).catch(() => undefined), timer]);
      remove();
    };
    return { element, remote, focus, leave, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
