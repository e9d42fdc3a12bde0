import type { Agent, Context, LaunchMode, LmsConnection, LmsPlugin } from '@lectern/core';
import type { XapiVersion } from '@lectern/core/statement/validate';
import { createOutbox, type Outbox } from '../outbox/outbox.js';
import type { OutboxInspection } from '../outbox/inspection.js';
import { defineLmsPlugin } from '../plugin/define.js';
import { createHttp, type GetToken, type HttpOptions } from './http.js';
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
  /** Default `1.0.3`, which a 2.0 LRS takes as well. */
  readonly version?: XapiVersion;
  /** One that the page shares. Absent: each connection has its own, over the same storage. */
  readonly outbox?: Outbox;
}

/** What the xAPI plugin's `connect` yields. */
export interface XapiConnection extends LmsConnection {
  /** The outbox by hand. */
  readonly outbox: OutboxInspection;
}

/** An xAPI plugin's `connect` says more than the port asks for. */
export interface XapiPlugin extends LmsPlugin {
  connect(options: Parameters<LmsPlugin['connect']>[0]): Promise<XapiConnection>;
}

/**
 * Sends records to an LRS (xAPI 1.0.3 or 2.0). Connecting needs no network: an LRS that is down is no reason not to learn.
 * @throws DeliveryError `launch-invalid` when a URL is none
 */
export function xapiPlugin(options: XapiPluginOptions): XapiPlugin {
  const { actor, registration, launchMode = 'Normal', version = '1.0.3', contextTemplate } = options;
  const base = typeof location === 'undefined' ? options.endpoint : location.href;
  const endpoint = readHttpUrl(options.endpoint, 'endpoint', base);
  const launchUrl = options.launchUrl === undefined ? undefined : readHttpUrl(options.launchUrl, 'launchUrl', base);

  return defineLmsPlugin({
    name: 'xapi',
    detect: () => true,
    async connect(): Promise<XapiConnection> {
      const clock = createLrsClock();
      const http = createHttp({ ...options, clock });
      const transport = createXapiTransport({ http, endpoint, actor, registration, version });
      const outbox = options.outbox ?? createOutbox();
      const queue = outbox.open({ queue: queueName(endpoint, registration), transport, version });
      const launcher = launchUrl === undefined ? undefined : createLauncher(http, launchUrl);
      return {
        plugin: 'xapi',
        learner: actor,
        registration,
        launchMode,
        contextTemplate,
        capabilities: { state: true, profiles: true, launch: launcher !== undefined, report: false },
        delivery: queue.delivery,
        clock,
        outbox: queue.inspection,
        loadState: (key) => queue.loadState(key),
        saveState: (key, content, saving) => queue.saveState(key, content, saving),
        loadProfile: (key) => queue.loadState(key),
        saveProfile: (key, content, saving) => queue.saveState(key, content, saving),
        conflicts: queue.conflicts,
        record: (statements) => queue.record(statements),
        // An LRS has no gradebook: the statements say it all.
        report: () => Promise.resolve(),
        ...(launcher ?? {}),
        close: () => (options.outbox ? queue.close() : outbox.close()),
      };
    },
  }) as XapiPlugin;
}

/** One queue per LRS and registration. */
function queueName(endpoint: string, registration: string): string {
  return `xapi ${endpoint.replace(/\/$/, '')} ${registration.toLowerCase()}`;
}
