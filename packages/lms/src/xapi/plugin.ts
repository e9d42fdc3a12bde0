import type { Agent, Context, LaunchMode, LmsPlugin } from '@lectern/core';
import type { XapiVersion } from '@lectern/core/statement/validate';
import { checkConsent } from '../outbox/consent.js';
import { createOutbox, type Outbox } from '../outbox/outbox.js';
import { outcomeReporter, withOutcomes } from '../outbox/outcome-documents.js';
import { profileMembers, queuedMembers, type QueuedConnection } from '../outbox/queued-connection.js';
import type { Redact } from '../outbox/redaction.js';
import type { EncryptionOptions } from '../outbox/sealer.js';
import { defineLmsPlugin } from '../plugin/define.js';
import { createHttp, type GetToken, type HttpOptions } from './http.js';
import { chooseIdentity, type Identity } from './identity.js';
import { createLauncher, readHttpUrl } from './launch.js';
import { createLrsClock } from './lrs-clock.js';
import { createXapiTransport } from './transport.js';

export interface XapiPluginOptions extends Pick<HttpOptions, 'fetch' | 'timeout'> {
  /** URL of the LRS; resolved against the page. */
  readonly endpoint: string;
  /** Yields the `Authorization` header, e.g. `Bearer …`; called with the value that was refused when another is needed. */
  readonly getToken: GetToken;
  readonly actor: Agent;
  /** UUID. */
  readonly registration: string;
  /** Default `Normal`. */
  readonly launchMode?: LaunchMode;
  /** cmi5 10.2.1. */
  readonly contextTemplate?: Context;
  /** Where a server launches units; absent: none can be. */
  readonly launchUrl?: string;
  /** Where the learner goes when they are done. */
  readonly returnUrl?: string;
  /** Where a gradebook takes outcomes, with the same token: `POST` an `OutcomeReport` as JSON; the newest of a unit counts. Absent: the statements say it all. */
  readonly outcomesUrl?: string;
  /** Default `1.0.3`, which a 2.0 LRS takes as well. */
  readonly version?: XapiVersion;
  /** One that the page shares. Absent: each connection has its own, over the same storage. */
  readonly outbox?: Outbox;
  /** What records say about who people are. Default `nameless`. `actor` may have a name all the same: content that asks the learner's name is told it, in the page. */
  readonly identity?: Identity;
  /** Takes out of statements what must not be kept in the browser or sent. */
  readonly redact?: Redact | undefined;
  /** Seals what is kept in the browser; where `outbox` is given, that one's `encryption` counts. */
  readonly encryption?: EncryptionOptions | undefined;
}

/** What the xAPI plugin's `connect` yields. */
export type XapiConnection = QueuedConnection;

/** An xAPI plugin's `connect` says more than the port asks for. */
export interface XapiPlugin extends LmsPlugin {
  connect(options: Parameters<LmsPlugin['connect']>[0]): Promise<XapiConnection>;
}

/**
 * Sends records to an LRS (xAPI 1.0.3 or 2.0). Connecting needs no network: an LRS that is down is no reason not to learn.
 * @throws DeliveryError `launch-invalid` when a URL is none, `identity-refused` when the learner must not be known as `actor` says
 */
export function xapiPlugin(options: XapiPluginOptions): XapiPlugin {
  const { actor, registration, launchMode = 'Normal', version = '1.0.3', contextTemplate, redact, encryption } = options;
  const base = typeof location === 'undefined' ? options.endpoint : location.href;
  const endpoint = readHttpUrl(options.endpoint, 'endpoint', base);
  const launchUrl = options.launchUrl === undefined ? undefined : readHttpUrl(options.launchUrl, 'launchUrl', base);

  const returnUrl = options.returnUrl === undefined ? undefined : readHttpUrl(options.returnUrl, 'returnUrl', base);
  const outcomesUrl = options.outcomesUrl === undefined ? undefined : readHttpUrl(options.outcomesUrl, 'outcomesUrl', base);

  const { learner, apply: identify } = chooseIdentity(actor, options.identity ?? 'nameless');

  return defineLmsPlugin({
    name: 'xapi',
    heedsConsent: true,
    detect: () => true,
    async connect({ course, consent }): Promise<XapiConnection> {
      const clock = createLrsClock();
      const { fetch: send = (...args: Parameters<typeof fetch>) => fetch(...args) } = options;
      // Asked again at the last moment: a new token may take its time, and the learner may have said no meanwhile.
      const http = createHttp({ ...options, clock, fetch: async (...args) => (checkConsent(queue.consent), send(...args)) });
      const lrs = createXapiTransport({ http, endpoint, actor: learner, registration, version });
      const transport = outcomesUrl === undefined ? lrs : withOutcomes(lrs, async (outcome, keepalive) => {
        await http({ method: 'POST', url: outcomesUrl, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(outcome), keepalive });
      });
      const reports = outcomesUrl !== undefined && launchMode === 'Normal';
      const outbox = options.outbox ?? createOutbox(encryption ? { encryption } : {});
      const queue = outbox.open({ queue: queueName(endpoint, registration), transport, version, consent, redact, identify });
      const launcher = launchUrl === undefined ? undefined : createLauncher(http, launchUrl);
      return {
        plugin: 'xapi',
        learner: actor,
        registration,
        launchMode,
        contextTemplate,
        capabilities: { state: true, profiles: true, launch: launcher !== undefined, report: reports },
        ...(returnUrl === undefined ? {} : { returnUrl }),
        clock,
        ...queuedMembers(queue, options.outbox ? undefined : outbox),
        ...profileMembers(queue),
        // An LRS by itself has no gradebook: the statements say it all.
        report: reports ? outcomeReporter(queue, course.id) : () => Promise.resolve(),
        ...(launcher ?? {}),
        get consent() {
          return queue.consent;
        },
      };
    },
  }) as XapiPlugin;
}

/** One queue per LRS and registration. */
function queueName(endpoint: string, registration: string): string {
  return `xapi ${endpoint.replace(/\/$/, '')} ${registration.toLowerCase()}`;
}
