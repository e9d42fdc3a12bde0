import {
  createReceipt, type ConnectOptions, type Consent, type Delivery, type DeliveryState, type LmsConnection, type LmsPlugin, type Receipt, type SignOutOptions,
  type SignOutResult, type Statement,
} from '@lectern/core';
import type { XapiVersion } from '@lectern/core/statement/validate';
import { checkConsent } from '../outbox/consent.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { OutboxInspection } from '../outbox/inspection.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Redact } from '../outbox/redaction.js';
import type { Transport } from '../outbox/transport.js';
import { createHttp, type HttpOptions } from '../xapi/http.js';
import { chooseIdentity, type ChosenIdentity, type Identity } from '../xapi/identity.js';
import { createXapiTransport } from '../xapi/transport.js';
import { createPluginTransport, type PluginTransport } from './plugin-transport.js';
import { within } from './within.js';

interface TargetOptions {
  /** In `deliveries`, `outboxes` and `receipt.targets`, and of its queue: what waits under a name that is not used any more stays there. */
  readonly name: string;
  /** Which statements go there: `true` or `false`, at once. Absent: all. Gets a copy. */
  readonly filter?: (statement: Statement) => boolean;
  /** Takes out of statements what this target must not see. */
  readonly redact?: Redact | undefined;
  /** What this target is told about who people are, whatever the primary is told. Default `nameless`. */
  readonly identity?: Identity;
  /** What its statements are held against, and an LRS is spoken to in. Default `1.0.3`. */
  readonly version?: XapiVersion;
  /** Milliseconds until what is not answered is given up, to be tried again. Default 30,000. */
  readonly timeout?: number;
}

/** An LRS, by an endpoint and a token of its own. */
export interface LrsTarget extends TargetOptions, Pick<HttpOptions, 'getToken' | 'fetch'> {
  /** URL of the LRS, resolved against the page. */
  readonly endpoint: string;
  readonly plugin?: never;
}

/**
 * Any other place, by its plugin. It gets statements again until it says that they are stored, so it must know them by their ids; those of another
 * registration than its connection's are set aside.
 */
export interface PluginTarget extends TargetOptions {
  readonly plugin: LmsPlugin;
  readonly endpoint?: never;
}

/** One more place that statements go to. */
export type FanOutTarget = LrsTarget | PluginTarget;

/** A target in use. Nothing that happens to it throws, but for `setConsent` and `signOut`, which must not fail unheard. */
export interface OpenTarget {
  readonly name: string;
  readonly delivery: Delivery;
  readonly outbox: OutboxInspection;
  /** `undefined`: it does not go there. */
  record(statement: Statement): Receipt | undefined;
  setConsent(consent: Consent, waiting?: 'drop' | 'keep'): Promise<void>;
  signOut(options?: SignOutOptions): Promise<SignOutResult>;
  close(): Promise<void>;
}

/** Milliseconds that whoever closes waits for a target's plugin. It closes by itself. */
const CLOSING = 2_000;

/**
 * Needs no network and no token: what is recorded is journaled for the target whether it can be reached or not.
 * @param outbox the target's own, or one that is `shared`
 */
export function openTarget(target: FanOutTarget, primary: LmsConnection, connecting: ConnectOptions, outbox: Outbox, shared: boolean): OpenTarget {
  const { name, version = '1.0.3' } = target;
  const identity = identityFor(target, primary);
  const check = (): void => checkConsent(queue.consent);
  const plugin = target.plugin && pluginOf(target, connecting, check);
  const transport = plugin ?? lrsOf(target as LrsTarget, primary, check);
  const queue = outbox.open({
    // By its name, so that two of one LRS do not mix what each may see; and by the address, so that nothing that waits goes to another.
    queue: `fan-out ${JSON.stringify([name, target.endpoint ?? '', primary.registration.toLowerCase()])}`,
    transport,
    version,
    consent: connecting.consent,
    redact: target.redact,
    identify: identity instanceof DeliveryError ? undefined : identity.apply,
  });
  void plugin?.open();
  const listeners = new Set<(state: DeliveryState) => void>();
  let refused = 0;

  function getState(): DeliveryState {
    const state = queue.delivery.getState();
    return refused > 0 ? Object.freeze({ ...state, failed: state.failed + refused }) : state;
  }

  const tell = (): void => {
    for (const listener of [...listeners]) listener(getState());
  };
  queue.delivery.subscribe(tell);

  /** It may hold what the target must not see, and so it is not kept for it either. */
  function refuse(statement: Statement | null | undefined, cause: unknown): Receipt {
    const { receipt, advance } = createReceipt(String(statement?.id));
    const message = cause instanceof Error ? cause.message : String(cause);
    advance('failed', cause instanceof DeliveryError ? cause : new DeliveryError('plugin-invalid', `Not for "${name}": ${message}`, { field: `others.${name}`, cause }));
    refused++;
    queueMicrotask(tell);
    return receipt;
  }

  /** A plugin's own way of ending may never end. */
  const finish = async (leaving?: SignOutOptions): Promise<void> => {
    if (plugin) await within(plugin.close(leaving), CLOSING + (leaving?.patience ?? 0), `The plugin of "${name}" is not closed yet.`).catch(() => undefined);
  };

  return {
    name,
    delivery: {
      getState,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      flush: () => queue.delivery.flush(),
    },
    outbox: queue.inspection,
    record(statement) {
      try {
        if (!passes(target.filter, statement)) return undefined;
        if (identity instanceof DeliveryError) throw identity;
        return queue.record([statement])[0];
      } catch (thrown) {
        return refuse(statement, thrown);
      }
    },
    async setConsent(consent, waiting) {
      // The gate first: nothing leaves while the plugin is being told.
      const set = queue.setConsent(consent, waiting);
      const told = plugin && within(plugin.setConsent(consent, waiting), CLOSING, `The plugin of "${name}" does not take in that consent is ${consent}.`);
      const results = await Promise.allSettled([set, told]);
      if (consent === 'granted') void plugin?.open();
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    async signOut(options) {
      const result = await queue.signOut(options);
      await finish(options ?? {});
      if (!shared) await outbox.close();
      return result;
    },
    async close() {
      await (shared ? queue.close() : outbox.close());
      await finish();
    },
  };
}

/** @throws whatever the filter throws. TypeError where it answers with anything but `true` or `false`: a promise is no `true`. */
function passes(filter: FanOutTarget['filter'], statement: Statement): boolean {
  const answer: unknown = filter ? filter(structuredClone(statement)) : true;
  if (typeof answer !== 'boolean') throw new TypeError('"filter" answered neither true nor false.');
  return answer;
}

/** Or why nothing may go there. That is no reason for the learner not to learn. */
function identityFor({ identity = 'nameless' }: FanOutTarget, { learner }: LmsConnection): ChosenIdentity | DeliveryError {
  try {
    return chooseIdentity(learner, identity);
  } catch (thrown) {
    return thrown instanceof DeliveryError ? thrown : new DeliveryError('identity-refused', String(thrown), { field: 'actor', cause: thrown });
  }
}

function pluginOf({ plugin, timeout = 30_000 }: PluginTarget, connecting: ConnectOptions, check: () => void): PluginTransport {
  return createPluginTransport({ plugin, connecting, checkConsent: check, timeout });
}

function lrsOf(target: LrsTarget, { learner, registration }: LmsConnection, check: () => void): Transport {
  const { name, endpoint, version = '1.0.3', timeout = 30_000, fetch: send = (...args: Parameters<typeof fetch>) => fetch(...args) } = target;
  const getToken = (rejected?: string): Promise<string> => within(target.getToken(rejected), timeout, `There is no token for "${name}".`);
  // Asked again at the last moment: a new token may take its time, and the learner may have said no meanwhile.
  const http = createHttp({ getToken, timeout, fetch: async (...args) => (check(), send(...args)) });
  return createXapiTransport({ http, endpoint, actor: learner, registration, version });
}
