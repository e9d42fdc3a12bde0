import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';

/**
 * What a tool's server leaves in the page that an LTI launch ends in. By itself it says nothing of the learner: the page asks `tokenUrl` with it, and is answered
 * with a short-lived token, who learns, and where records go.
 */
export interface LtiLaunch {
  /** Absolute, of the page's own origin. */
  readonly tokenUrl: string;
  /** The launch's own token, for `tokenUrl` alone. */
  readonly launch: string;
  /** What the platform calls itself, for people. */
  readonly platform?: string;
}

/** `<script type="application/json" id="lectern-lti">{"tokenUrl": …, "launch": …}</script>` */
export const LTI_ELEMENT = 'lectern-lti';

/** `#lti=…`, for servers that redirect to a page that is the same for all; the token is then asked for at {@link LTI_TOKEN_PATH}. */
const FRAGMENT = 'lti';
export const LTI_TOKEN_PATH = '/launches/token';

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('launch-invalid', message, { file: LTI_ELEMENT, field });

const fragmentOf = (view: Window): string | null => new URLSearchParams(view.location.hash.slice(1)).get(FRAGMENT);
const keyOf = (view: Window): string => `lectern.lti ${view.location.pathname}`;

export function isLtiLaunch(view: Window | undefined): boolean {
  return view !== undefined && (view.document.getElementById(LTI_ELEMENT) !== null || fragmentOf(view) !== null || kept(view) !== null);
}

export function explainLti(view: Window | undefined): string {
  if (!view) return 'There is no window here.';
  if (view.document.getElementById(LTI_ELEMENT)) return `The page has an LTI launch in #${LTI_ELEMENT}.`;
  if (fragmentOf(view) !== null) return 'The page’s address has an LTI launch.';
  return kept(view) === null ? 'The page has no LTI launch.' : 'This tab was opened by an LTI launch.';
}

/** @throws DeliveryError `launch-invalid` with the member as its `field` */
export function readLtiLaunch(view: Window): LtiLaunch {
  const element = view.document.getElementById(LTI_ELEMENT);
  if (!element) return { tokenUrl: new URL(LTI_TOKEN_PATH, view.location.href).href, launch: readToken(takeFragment(view)) };
  let given: unknown;
  try {
    given = JSON.parse(element.textContent ?? '');
  } catch (cause) {
    throw new DeliveryError('launch-invalid', 'The LTI launch is not JSON.', { file: LTI_ELEMENT, field: '', cause });
  }
  if (!isObject(given)) throw invalid('', 'The LTI launch is not an object.');
  const { tokenUrl, launch, platform } = given;
  const url = typeof tokenUrl === 'string' && URL.canParse(tokenUrl, view.location.href) ? new URL(tokenUrl, view.location.href) : undefined;
  // A launch is a credential: it goes back to where the page came from, and nowhere else.
  if (url?.origin !== view.location.origin) throw invalid('tokenUrl', 'The token’s address is not one of this page’s origin.');
  return { tokenUrl: url.href, launch: readToken(launch), ...(typeof platform === 'string' && platform !== '' ? { platform } : {}) };
}

/** Goes into a header: what RFC 6750 2.1 allows. */
function readToken(value: unknown): string {
  if (typeof value !== 'string' || !/^[\w\-.~+/]+=*$/.test(value)) throw invalid('launch', 'The launch is not a token.');
  return value;
}

/** Out of the history and of whatever is copied from the address bar; a reload needs it, so it is kept for this tab. */
function takeFragment(view: Window): string | null {
  const given = fragmentOf(view);
  if (given === null) return kept(view);
  try {
    view.sessionStorage.setItem(keyOf(view), given);
    view.history.replaceState(view.history.state, '', view.location.pathname + view.location.search);
  } catch {
    // Without storage it stays in the address.
  }
  return given;
}

function kept(view: Window): string | null {
  try {
    return view.sessionStorage.getItem(keyOf(view));
  } catch {
    return null;
  }
}
