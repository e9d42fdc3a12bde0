import type { ConnectOptions, LmsPlugin } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { createOutbox, type Outbox } from '../outbox/outbox.js';
import { isObject } from '../outbox/record.js';
import type { EncryptionOptions } from '../outbox/sealer.js';
import { defineLmsPlugin } from '../plugin/define.js';
import { readHttpUrl } from '../xapi/launch.js';
import { fanOut, PRIMARY, type FanOutConnection } from './connection.js';
import { openTarget, type FanOutTarget, type OpenTarget } from './target.js';

export interface FanOutOptions {
  /** Where the learner learns: says who they are and whether this page is at home, keeps their documents, launches units, reports outcomes. */
  readonly primary: LmsPlugin;
  /** Where statements go as well. */
  readonly others: readonly FanOutTarget[];
  /** Called with each connection that is made: a page that leaves connecting to `<learning-session>` sees the others by it. */
  readonly onConnect?: (connection: FanOutConnection) => void;
  /** One that the page shares, for the others. Absent: each has its own, over the same storage. */
  readonly outbox?: Outbox;
  /** Seals what is kept in the browser for the others; where `outbox` is given, that one's `encryption` counts. Required where the primary's records are sealed. */
  readonly encryption?: EncryptionOptions | undefined;
}

export interface FanOutPlugin extends LmsPlugin {
  connect(options: ConnectOptions): Promise<FanOutConnection>;
}

/**
 * Sends statements to several LRSs, each by a queue of its own: one that is down, slow or refuses holds up nobody else. Connecting waits for the primary
 * alone. A receipt is the primary's; `receipt.targets` has the others', by name. What units record that a server launched (cmi5) goes where they were told to.
 * @throws DeliveryError `plugin-invalid` or `launch-invalid` with the `field` that is wrong
 */
export function fanOutPlugin({ primary, others, onConnect, outbox, encryption }: FanOutOptions): FanOutPlugin {
  const first = checkPlugin(primary, 'primary');
  const names = new Set([PRIMARY]);
  const targets = others.map((target, index) => {
    const checked = checkTarget(target, `others[${index}]`);
    if (names.has(checked.name)) throw invalid(`others[${index}].name`, `Two places are called "${checked.name}": each needs a name of its own.`);
    names.add(checked.name);
    return checked;
  });

  return defineLmsPlugin({
    name: NAME,
    ...(first.heedsConsent ? { heedsConsent: true } : {}),
    detect: () => first.detect(),
    ...(first.explain ? { explain: () => first.explain!() } : {}),
    async connect(options): Promise<FanOutConnection> {
      const own = await first.connect(options);
      if (own.vault && targets.length > 0 && !outbox && !encryption) {
        void own.close().catch(() => undefined);
        throw invalid('encryption', 'The primary seals its records: copies for the others must not lie open beside them.');
      }
      const open = (target: FanOutTarget): OpenTarget => openTarget(target, own, options, outbox ?? createOutbox(encryption ? { encryption } : {}), outbox !== undefined);
      const connection = fanOut(own, targets.map(open));
      // In a turn of its own: the learner goes on, whatever the host makes of it.
      if (onConnect) queueMicrotask(() => onConnect(connection));
      return connection;
    },
  }) as FanOutPlugin;
}

const NAME = 'fan-out';

/** @returns the target, its endpoint absolute, or its plugin one that checks its connections */
function checkTarget(target: FanOutTarget, field: string): FanOutTarget {
  if (!isObject(target)) throw invalid(field, 'A target is an object.');
  const { name, filter, redact } = target;
  if (typeof name !== 'string' || name.trim() === '') throw invalid(`${field}.name`, 'A target needs a name.');
  if (filter !== undefined && typeof filter !== 'function') throw invalid(`${field}.filter`, `The filter of "${name}" is no function.`);
  if (redact !== undefined && typeof redact !== 'function') throw invalid(`${field}.redact`, `The redaction of "${name}" is no function.`);
  if (target.plugin !== undefined) {
    if ((target as { endpoint?: unknown }).endpoint !== undefined) throw invalid(`${field}.endpoint`, `"${name}" has an endpoint and a plugin: which of them is it?`);
    return { ...target, plugin: checkPlugin(target.plugin, `${field}.plugin`) };
  }
  if (typeof target.getToken !== 'function') throw invalid(`${field}.getToken`, `The target "${name}" needs a function "getToken".`);
  const endpoint = readHttpUrl(target.endpoint, `${field}.endpoint`, typeof location === 'undefined' ? target.endpoint : location.href);
  return { ...target, endpoint: endpoint.replace(/\/$/, '') };
}

function checkPlugin(plugin: LmsPlugin, field: string): LmsPlugin {
  // Two of them may have targets of one name, which would be one queue.
  if (isObject(plugin) && plugin['name'] === NAME) throw invalid(field, 'A fan-out inside a fan-out: name all targets in one.');
  try {
    return defineLmsPlugin(plugin);
  } catch (cause) {
    throw new DeliveryError('plugin-invalid', (cause as Error).message, { field, cause });
  }
}

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('plugin-invalid', message, { field });
