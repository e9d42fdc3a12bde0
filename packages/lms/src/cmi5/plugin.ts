import type { ConnectOptions, LmsPlugin } from '@lectern/core';
import { checkConsent } from '../outbox/consent.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import { browserPage } from '../outbox/environment.js';
import type { Keeping } from '../outbox/keeping.js';
import { createOutbox } from '../outbox/outbox.js';
import { defineLmsPlugin } from '../plugin/define.js';
import { createHttp } from '../xapi/http.js';
import { chooseIdentity } from '../xapi/identity.js';
import { createLrsClock } from '../xapi/lrs-clock.js';
import { fetchAuthToken } from './auth-token.js';
import { AuSession, lifecycleWith, type Cmi5Connection } from './connection.js';
import { readLaunchData, readPreferences } from './launch-data.js';
import { explainCmi5, isCmi5Launch, readCmi5Launch, type Cmi5Launch } from './launch.js';
import { createSessionMemory, type RememberedSession } from './session-memory.js';
import { createCmi5Transport } from './transport.js';

export interface Cmi5PluginOptions extends Omit<Keeping, 'outbox'> {
  /** Whose address has the launch. Default: the page's. */
  readonly window?: Window;
  /** Origins that a launch may name, for content that belongs to one LMS. Absent: any; whoever opens the content says where its records go (cmi5 8.1). */
  readonly endpoints?: readonly string[];
  /** Default: the page's. */
  readonly fetch?: typeof fetch;
  /** Milliseconds until a request that is not answered is given up. Default 30,000. */
  readonly timeout?: number;
  /** Where a tab keeps its session's token. Default `sessionStorage`; `null`: nowhere, and a tab that is loaded again has to be opened from the LMS. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'> | null;
}

export interface Cmi5Plugin extends LmsPlugin {
  connect(options: ConnectOptions): Promise<Cmi5Connection>;
}

/**
 * Makes a page an assignable unit of a cmi5 LMS (Quartz, 1st edition): fetches the token once, reads the launch data and the learner's preferences, says
 * `initialized` first and `terminated` last, `completed`, `passed` and `failed` of the whole course by the rules of cmi5 9.3, all else as cmi5-allowed statements, and
 * keeps state under the AU. Where the page is left, `terminated` is said on the way; where its tab is killed, the LMS says `abandoned` at the next launch, and what the
 * tab had earned and not sent is said again then.
 *
 * `connect` throws DeliveryError `launch-invalid` with the parameter as `field`; `unauthorized` when the launch was used already; `lms-gone` when this tab's session has ended.
 */
export function cmi5Plugin(options: Cmi5PluginOptions = {}): Cmi5Plugin {
  const view = options.window ?? (typeof window === 'undefined' ? undefined : window);
  return defineLmsPlugin({
    name: 'cmi5',
    heedsConsent: true,
    detect: () => isCmi5Launch(view),
    explain: () => explainCmi5(view),
    connect(connecting) {
      if (!view) throw new DeliveryError('lms-gone', 'There is no window here.');
      if (connecting.consent === 'pending' || connecting.consent === 'denied') checkGiven(connecting.consent);
      return open(view, readCmi5Launch(view, options.endpoints), options, connecting);
    },
  }) as Cmi5Plugin;
}

/** The launch itself names the learner to the LMS: there is nothing to read before the learner has agreed. */
function checkGiven(consent: 'pending' | 'denied'): never {
  throw consent === 'pending'
    ? new DeliveryError('consent-pending', 'The learner has not agreed yet to being recorded.')
    : new DeliveryError('consent-denied', 'The learner does not agree to being recorded.');
}

async function open(view: Window, launch: Cmi5Launch, options: Cmi5PluginOptions, connecting: ConnectOptions): Promise<Cmi5Connection> {
  const { fetch: send = (...args: Parameters<typeof fetch>) => fetch(...args), timeout = 30_000, redact, encryption } = options;
  const memory = createSessionMemory(options.storage === undefined ? storageOf(view) : (options.storage ?? undefined), launch.fetchUrl);
  const remembered = memory.read();
  if (remembered?.ended) throw new DeliveryError('lms-gone', 'This session has ended: open the course from the LMS again.', { clause: 'cmi5 9.3.8' });
  let session: RememberedSession = remembered ?? { authorization: await fetchAuthToken(launch.fetchUrl, { fetch: send, timeout }), begun: false, ended: false };
  const remember = (change: Partial<RememberedSession>): void => memory.write((session = { ...session, ...change }));
  remember({});

  const { learner, apply } = chooseIdentity(launch.actor, 'nameless');
  const clock = createLrsClock();
  // Not before the launch data are read: what earlier sessions left waits that long, too.
  let queueConsent = (): void => undefined;
  const http = createHttp({ getToken: () => Promise.resolve(session.authorization), clock, timeout, fetch: async (...args) => (queueConsent(), send(...args)) });
  const transport = createCmi5Transport(http, launch, learner);
  const page = view.location.href;
  const data = readLaunchData(await transport.loadDocument({ activityId: launch.activityId, stateId: 'LMS.LaunchData' }), page);
  const preferences = readPreferences(await transport.loadDocument({ profileId: 'cmi5LearnerPreferences' }).catch(() => undefined));

  const lifecycle = lifecycleWith(browserPage());
  const outbox = createOutbox({ page: lifecycle, ...(encryption ? { encryption } : {}) });
  const queue = outbox.open({ queue: queueName(launch), transport, consent: connecting.consent, redact, identify: apply });
  queueConsent = () => checkConsent(queue.consent);
  const ending = new AbortController();
  const au = await AuSession.begin({
    launch, data, preferences, queue, outbox, transport, clock, connecting, begun: session.begun,
    onBegun: () => remember({ begun: true }),
    onEnded: () => {
      remember({ ended: true });
      ending.abort();
    },
  });
  view.addEventListener('pagehide', () => {
    au.end();
    lifecycle.tell('hidden');
  }, { signal: ending.signal });
  // Out of the back/forward cache: its session has ended, and it has to say so instead of going on unrecorded.
  view.addEventListener('pageshow', ({ persisted }) => persisted && session.ended && view.location.reload());
  return au.connection;
}

/** The units of one course share its registration, and each has a token of its own. */
const queueName = ({ endpoint, registration, activityId }: Cmi5Launch): string => `cmi5 ${endpoint.replace(/\/$/, '')} ${registration} ${activityId}`;

/** Reading it throws where it is forbidden. */
function storageOf(view: Window): Storage | undefined {
  try {
    return view.sessionStorage;
  } catch {
    return undefined;
  }
}
