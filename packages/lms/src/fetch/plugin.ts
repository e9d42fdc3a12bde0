import type { ConnectOptions, LmsPlugin } from '@lectern/core';
import type { QueuedConnection } from '../outbox/queued-connection.js';
import { connectPlatform, type PlatformKeeping } from '../platform/connection.js';
import { readPlatformSession } from '../platform/platform.js';
import { defineLmsPlugin } from '../plugin/define.js';
import { createHttp, parseJson, type GetToken } from '../xapi/http.js';
import { readHttpUrl } from '../xapi/launch.js';
import { createRestPlatform } from './rest-platform.js';

export interface FetchPluginOptions extends PlatformKeeping {
  /** Where the platform answers by the contract; resolved against the page. */
  readonly url: string;
  /** Yields the `Authorization` header. Absent: the browser's cookies say who is there. */
  readonly getToken?: GetToken;
  /** Headers of each request: a token against forged requests, say. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Whether cookies go along. Default `same-origin`; with `getToken`, `omit`. */
  readonly credentials?: RequestCredentials;
  /** Default: the page's. */
  readonly fetch?: typeof fetch;
  /** Milliseconds until a request that is not answered is given up. Default 30,000. */
  readonly timeout?: number;
}

export interface FetchPlugin extends LmsPlugin {
  connect(options: ConnectOptions): Promise<QueuedConnection>;
}

/**
 * For a platform that has no LRS and no LMS interface: five requests to its own back end (`@lectern/lms/fetch/openapi.json` describes them). Who learns, where they
 * were, what they did, what came of it. What cannot be sent waits in this browser, as with an LRS.
 * @throws DeliveryError `launch-invalid` when `url` is none
 */
export function fetchPlugin(options: FetchPluginOptions): FetchPlugin {
  const { getToken, headers, fetch: send = (...args: Parameters<typeof fetch>) => fetch(...args), timeout, credentials = getToken ? 'omit' : 'same-origin' } = options;
  const page = typeof location === 'undefined' ? undefined : location.href;
  const base = readHttpUrl(options.url, 'url', page ?? options.url).replace(/\/$/, '');

  const http = createHttp({
    ...(timeout === undefined ? {} : { timeout }),
    getToken: getToken ?? (() => Promise.resolve(COOKIES)),
    fetch: (url, init) => {
      const given = new Headers(init?.headers);
      if (given.get('Authorization') === COOKIES) given.delete('Authorization');
      // Any header of one's own: a form of another site cannot send it.
      given.set('X-Requested-With', 'lectern');
      for (const [name, value] of Object.entries(headers?.() ?? {})) given.set(name, value);
      return send(url, { ...init, headers: given, credentials });
    },
  });

  return defineLmsPlugin({
    name: 'fetch',
    detect: () => true,
    explain: () => `The page names a platform: ${base}.`,
    async connect(connecting): Promise<QueuedConnection> {
      const { id, title } = connecting.course;
      const answer = await http({ method: 'POST', url: `${base}/sessions`, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ course: { id, title } }) });
      const session = readPlatformSession(parseJson(answer), base);
      return connectPlatform({ ...options, ...connecting, plugin: 'fetch', place: base, platform: createRestPlatform(http, base, session.registration), session });
    },
  }) as FetchPlugin;
}

/** Stands where no token is needed. Never sent. */
const COOKIES = 'cookies';
