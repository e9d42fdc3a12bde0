import type { ConnectOptions } from '@lectern/core';
import { checkConsent } from '../outbox/consent.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { Keeping } from '../outbox/keeping.js';
import { createOutbox } from '../outbox/outbox.js';
import { outcomeReporter, withOutcomes } from '../outbox/outcome-documents.js';
import { queuedMembers, type QueuedConnection } from '../outbox/queued-connection.js';
import { isProfile } from '../outbox/record.js';
import type { Transport } from '../outbox/transport.js';
import { chooseIdentity, type Identity } from '../xapi/identity.js';
import type { Platform, PlatformSession } from './platform.js';

export interface PlatformKeeping extends Keeping {
  /** Default `nameless`. */
  readonly identity?: Identity;
}

export interface PlatformConnecting extends PlatformKeeping, ConnectOptions {
  /** The plugin's name. */
  readonly plugin: string;
  /** What the platform is reached by: its address, say. What waits for one place never goes to another. */
  readonly place: string;
  readonly platform: Platform;
  /** Judge what a platform says with {@link readPlatformSession}. */
  readonly session: PlatformSession;
  /** Called once, when nothing more is asked of the platform. */
  readonly released?: () => void;
}

/**
 * A connection to a platform of one's own: whoever can say the four things of {@link Platform} has an LMS plugin. Order, once-only, journaling, retries, consent, offline
 * state and truthful receipts are the outbox's.
 */
export function connectPlatform(options: PlatformConnecting): QueuedConnection {
  const { plugin, place, platform, session, course, consent, released = () => undefined } = options;
  const { learner, registration, launchMode, returnUrl } = session;
  const { outbox: shared, redact, encryption } = options;
  const { apply } = chooseIdentity(learner, options.identity ?? 'nameless');
  const outbox = shared ?? createOutbox(encryption ? { encryption } : {});
  // Asked at the last moment: the learner may have said no meanwhile.
  const agreed = <T>(ask: () => Promise<T>): Promise<T> => {
    checkConsent(queue.consent);
    return ask();
  };
  const transport = withOutcomes(createPlatformTransport(platform, agreed), (outcome, keepalive) => agreed(() => platform.report(outcome, keepalive)));
  const queue = outbox.open({ queue: `${plugin} ${place} ${registration}`, transport, consent, redact, identify: apply });
  const members = queuedMembers(queue, shared ? undefined : outbox);
  return {
    plugin,
    learner,
    registration,
    launchMode,
    ...(returnUrl === undefined ? {} : { returnUrl }),
    capabilities: { state: true, launch: false, report: launchMode === 'Normal' },
    ...members,
    report: launchMode === 'Normal' ? outcomeReporter(queue, course.id) : () => Promise.resolve(),
    get consent() {
      return queue.consent;
    },
    close: () => members.close().finally(released),
    signOut: (leaving) => members.signOut(leaving).finally(released),
  };
}

/** A platform keeps no versions of documents: of two writers the last wins, property by property. */
function createPlatformTransport(platform: Platform, agreed: <T>(ask: () => Promise<T>) => Promise<T>): Transport {
  return {
    async sendStatements(bodies, ids, { keepalive = false } = {}) {
      const stored = new Set((await agreed(() => platform.store(bodies, ids, keepalive))).map((id) => String(id).toLowerCase()));
      const missing = ids.find((id) => !stored.has(id.toLowerCase()));
      if (missing !== undefined) throw new DeliveryError('not-an-lrs', 'The answer does not name the statements that were sent.', { field: missing });
    },
    // It takes what it has already for stored.
    findStatement: () => Promise.resolve(undefined),
    isSame: () => true,
    giveUp: (after) => platform.giveUp?.(after),
    async sendDocument({ key, mode, content, policy = 'last-write-wins' }, { keepalive = false, settle }) {
      if (isProfile(key)) throw new DeliveryError('document-invalid', 'The platform keeps no profile documents.', { field: key.profileId });
      if (mode === 'merge' || policy === 'last-write-wins') {
        await agreed(() => platform.save(key, content, mode, keepalive));
        return mode === 'merge' ? undefined : content;
      }
      if (keepalive) throw new DeliveryError('closed', 'There is no time to look at what would be replaced.');
      const settled = await settle((await agreed(() => platform.load(key))) ?? null);
      await agreed(() => platform.save(key, settled, 'replace', false));
      return settled;
    },
    loadDocument(key, timeout) {
      if (isProfile(key)) return Promise.resolve(undefined);
      return agreed(() => platform.load(key, timeout));
    },
  };
}
