import type { ConnectOptions, LmsPlugin } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { QueuedConnection } from '../outbox/queued-connection.js';
import { connectPlatform, type PlatformKeeping } from '../platform/connection.js';
import { readPlatformSession } from '../platform/platform.js';
import { defineLmsPlugin } from '../plugin/define.js';
import { within } from '../fan-out/within.js';
import { findParent, possibleOrigins, type FoundParent } from './find-parent.js';
import { createPortPlatform } from './port-platform.js';
import { readOrigin } from './protocol.js';

export interface ParentPluginOptions extends PlatformKeeping {
  /** Origins of the pages that may be around this one, like `https://mooc.example`. Whoever else frames it is told nothing. */
  readonly origins: readonly string[];
  /** Default: the page's. */
  readonly window?: Window;
  /** Milliseconds that the page around this one has to answer. Default 2,000. */
  readonly patience?: number;
  /** Milliseconds until a question that is not answered is given up, to be asked again. Default 30,000. */
  readonly timeout?: number;
}

export interface ParentPlugin extends LmsPlugin {
  connect(options: ConnectOptions): Promise<QueuedConnection>;
}

/** Milliseconds for what waits when the page around this one is about to take the frame away. */
const LAST_WORDS = 2_000;

/**
 * For a platform that shows this page in a frame and keeps everything itself: the page around this one says who learns, and gets statements, state and outcomes by
 * messages. Its side is `hostLearning` of `@lectern/lms/host`. What it does not take waits in this browser.
 * @throws DeliveryError `launch-invalid` when an origin is none
 */
export function parentPlugin(options: ParentPluginOptions): ParentPlugin {
  const view = options.window ?? (typeof window === 'undefined' ? undefined : window);
  const { patience = 2_000, timeout = 30_000 } = options;
  const origins = options.origins.map((origin, index) => readOrigin(origin, `origins[${index}]`));
  let finding: Promise<FoundParent | undefined> | undefined;
  let found: FoundParent | undefined;

  async function find(): Promise<FoundParent | undefined> {
    if (!view) return undefined;
    finding ??= findParent(view, origins, patience);
    found = await finding;
    // It may answer when it is asked again.
    if (!found) finding = undefined;
    return found;
  }

  return defineLmsPlugin({
    name: 'parent',
    detect: async () => (await find()) !== undefined,
    explain: () => explainParent(view, origins, found),
    async connect(connecting): Promise<QueuedConnection> {
      const parent = await find();
      if (!parent) throw new DeliveryError('lms-gone', 'The page around this one does not answer.');
      // A port serves one connection.
      finding = found = undefined;
      const platform = createPortPlatform(parent.port, timeout);
      const { id, title } = connecting.course;
      const session = readPlatformSession(await platform.ask('open', { course: { id, title } }), parent.origin);
      const connection = connectPlatform({ ...options, ...connecting, plugin: 'parent', place: parent.origin, platform, session, released: () => platform.close() });
      platform.onClosing(() => within(connection.delivery.flush(), LAST_WORDS, 'What waits stays in this browser.'));
      return connection;
    },
  }) as ParentPlugin;
}

export function explainParent(view: Window | undefined, origins: readonly string[], found: FoundParent | undefined): string {
  if (found) return `The page around this one is ${found.origin}, and answered.`;
  if (!view || view.parent === view) return 'There is no page around this one.';
  if (origins.length === 0) return 'No origin is named that may be around this page.';
  return possibleOrigins(view, origins).length === 0 ? `The page around this one is none of ${origins.join(', ')}.` : `The page around this one did not answer as ${origins.join(' or ')}.`;
}
