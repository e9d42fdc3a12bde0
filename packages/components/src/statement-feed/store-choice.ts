import type { ReactiveControllerHost } from 'lit';
import { consumeLearningHost, type LearningHost } from '../internal/session-context.js';
import type { Question } from './feed-sources.js';
import type { LrsAccess } from './lrs-client.js';
import { StatementFeedError } from './statement-feed-error.js';

/** Milliseconds a page has to set `getToken` before that counts as forgotten. */
const GRACE = 2_000;

export type GetToken = (rejected?: string) => Promise<string>;

/** What of a page's settings says which record store is read. */
export interface StoreChoiceHost extends ReactiveControllerHost, HTMLElement {
  readonly source: 'both' | 'page' | 'store';
  readonly endpoint: string | undefined;
  readonly getToken: GetToken | undefined;
  readonly xapiVersion: string;
}

/** Which record store is read: the one that the page names, else that of the `<learning-session>` around, else none. */
export class StoreChoice {
  readonly #element: StoreChoiceHost;
  #session: LearningHost | undefined;
  /** The named store that was asked last; another object for each that differs. */
  #named: { readonly by: readonly unknown[] } | undefined;
  /** Whether there is a session around is certain. */
  known = false;

  constructor(element: StoreChoiceHost) {
    this.#element = element;
    consumeLearningHost(element, (session) => {
      this.#session = session;
      this.known = true;
      element.requestUpdate();
    });
  }

  question(query: URLSearchParams): Question | undefined {
    const { source, endpoint, getToken, xapiVersion } = this.#element;
    const session = this.#session;
    if (source === 'page') return undefined;
    if (!endpoint) return session && { open: () => openSession(session, xapiVersion), store: session, query };
    const by = [endpoint, getToken, xapiVersion];
    if (!this.#named?.by.every((part, index) => part === by[index])) this.#named = { by };
    return { open: () => openNamed(endpoint, getToken, xapiVersion), store: this.#named, query };
  }
}

/** The record store that a page names. @throws StatementFeedError `feed-unconfigured` */
async function openNamed(endpoint: string, getToken: GetToken | undefined, version: string): Promise<LrsAccess> {
  if (!URL.canParse(endpoint, document.baseURI)) throw new StatementFeedError('feed-unconfigured', 'The endpoint is not a URL.', { field: 'endpoint' });
  if (!getToken) {
    // A page's script often sets it a moment after the element is there; that is another question, and ends this one.
    await new Promise((resolve) => setTimeout(resolve, GRACE));
    throw new StatementFeedError('feed-unconfigured', 'An endpoint needs getToken.', { field: 'getToken' });
  }
  return { endpoint: new URL(endpoint, document.baseURI).href, version, authorize: getToken };
}

/** The record store of the `<learning-session>` around; `undefined` where its records go elsewhere. @throws StatementFeedError */
async function openSession(host: LearningHost, version: string): Promise<LrsAccess | undefined> {
  let endpoint: string | undefined;
  try {
    endpoint = await host.lrsEndpoint?.();
  } catch (cause) {
    const code = (cause as { code?: unknown }).code;
    const unreachable = code === 'network' || code === 'timeout' || code === 'server-error' || code === 'busy';
    throw new StatementFeedError(navigator.onLine ? (unreachable ? 'feed-unreachable' : 'feed-unauthorized') : 'offline', 'The session gives no access to the record store.', { cause });
  }
  if (endpoint === undefined) return undefined;
  return { endpoint: new URL(endpoint, document.baseURI).href, version, authorize: (rejected) => host.authorize(rejected) };
}
