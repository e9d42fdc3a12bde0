import type { Agent, LaunchMode } from '@lectern/core';
import type { LaunchInfo } from '@lectern/lms';
import { SessionError } from './session-error.js';

/** What of a launch is remembered: who learns what, and where records go. Never a token, and never a name. */
type Remembered = Omit<LaunchInfo, 'expires' | 'getToken'>;

const PREFIX = 'lectern.launch.';

/** Faults that mean that nobody was there to ask. */
const AWAY: readonly string[] = ['network', 'timeout'];

/**
 * Asks for a launch; where nobody is there to ask, the launch is the one that was remembered for exactly this request, and the token is asked for when there is a network.
 * @throws what `fetchLaunch` throws
 */
export async function launchOrRemembered(tokenUrl: string, request: RequestInit, fetchLaunch: (url: string, request: RequestInit) => Promise<LaunchInfo>): Promise<Omit<LaunchInfo, 'expires'>> {
  const key = await keyOf(tokenUrl, request).catch(() => undefined);
  try {
    const launch = await fetchLaunch(tokenUrl, request);
    const known = key && read(key);
    // Another learner is here now: what was remembered is not theirs.
    if (key && known && !isSame(known, launch)) localStorage.removeItem(key);
    return launch;
  } catch (error) {
    const known = key && AWAY.includes(String((error as { readonly code?: unknown }).code)) ? read(key) : undefined;
    if (!known) throw error;
    let launch: Promise<LaunchInfo> | undefined;
    return {
      ...known,
      async getToken(rejected) {
        launch ??= fetchLaunch(tokenUrl, request);
        launch.catch(() => (launch = undefined));
        const now = await launch;
        if (!isSame(known, now)) throw new SessionError('session-other-learner', 'Somebody else has signed in: what waits here is not theirs.', { field: 'actor' });
        return now.getToken(rejected);
      },
    };
  }
}

/** Remembers a launch in this browser, until it is forgotten. */
export async function rememberLaunch(tokenUrl: string, request: RequestInit | undefined, { actor, ...launch }: Omit<LaunchInfo, 'expires'>): Promise<void> {
  const { name: _name, ...learner } = actor;
  const { getToken: _getToken, ...rest } = launch as Omit<LaunchInfo, 'actor'>;
  const { expires: _expires, ...remembered } = rest;
  localStorage.setItem(await keyOf(tokenUrl, request), JSON.stringify({ ...remembered, actor: learner } satisfies Remembered));
}

export async function forgetLaunch(tokenUrl: string, request: RequestInit | undefined): Promise<void> {
  try {
    localStorage.removeItem(await keyOf(tokenUrl, request));
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/** The request's name. What it carries may be a secret, which is not kept: only its digest is. */
async function keyOf(tokenUrl: string, { method = 'POST', headers, body }: RequestInit = {}): Promise<string> {
  const text = JSON.stringify([new URL(tokenUrl, document.baseURI).href, method, [...new Headers(headers)], typeof body === 'string' ? body : body instanceof URLSearchParams ? String(body) : null]);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return PREFIX + [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const MODES: readonly unknown[] = ['Normal', 'Browse', 'Review'] satisfies LaunchMode[];

/** What somebody else has written there is nothing. */
function read(key: string): Remembered | undefined {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Remembered> | null;
    const { endpoint, actor, launchMode } = value ?? {};
    return typeof endpoint === 'string' && typeof actor === 'object' && actor !== null && identityOf(actor) !== identityOf({}) && MODES.includes(launchMode) ? (value as Remembered) : undefined;
  } catch {
    return undefined;
  }
}

const isSame = (a: Remembered, b: Remembered): boolean => identityOf(a.actor) === identityOf(b.actor) && a.registration === b.registration;

const identityOf = ({ account, mbox, mbox_sha1sum: sum, openid }: Partial<Agent>): string => JSON.stringify([account?.homePage, account?.name, mbox, sum, openid]);
