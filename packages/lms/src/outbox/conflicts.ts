import type { ConflictFeed, ConflictPolicy, ConflictResolver, DocumentConflict, StateContent } from '@lectern/core';
import { DeliveryError } from './delivery-error.js';
import { fingerprint } from './fingerprint.js';
import { documentName, isObject, type StateSave } from './record.js';
import type { Settle } from './transport.js';

/** One save on its way. */
export interface Judgement {
  /** @throws DeliveryError `conflict` when nobody may decide */
  readonly settle: Settle;
  /** Tells of the conflict, if there was one. @param document what is there now */
  tell(document: StateContent | undefined): void;
}

export interface Conflicts {
  readonly feed: ConflictFeed;
  /** Keeps a resolver for as long as the page lives. @returns the policy as it can be kept with the save */
  declare(name: string, policy: ConflictPolicy): NonNullable<StateSave['policy']>;
  /** @param isKnown whether whoever made the save had seen this version, or wrote it */
  judge(save: StateSave, isKnown: (print: string) => boolean): Judgement;
}

/** Sees to it that nothing which someone else wrote is overwritten without a word. */
export function createConflicts(): Conflicts {
  const listeners = new Set<(conflict: DocumentConflict) => void>();
  const resolvers = new Map<string, ConflictResolver>();
  /** What was last sent: should its answer be lost, it is found there and is ours. */
  const sent = new Map<string, string>();

  return {
    feed: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    declare(name, policy) {
      if (typeof policy !== 'function') {
        resolvers.delete(name);
        return policy;
      }
      resolvers.set(name, policy);
      return 'ask';
    },
    judge(save, isKnown) {
      const { key, content: mine, policy = 'last-write-wins' } = save;
      const name = documentName(key);
      let met: Pick<DocumentConflict, 'theirs' | 'outcome'> | undefined;

      const send = (content: StateContent): StateContent => {
        sent.set(name, fingerprint(content));
        return content;
      };

      async function ask(theirs: StateContent): Promise<StateContent> {
        met = { theirs, outcome: 'set-aside' };
        const resolved: unknown = await Promise.resolve(resolvers.get(name)?.(mine, theirs)).catch(() => undefined);
        if (!isObject(resolved)) throw new DeliveryError('conflict', 'Someone else has changed the document.', { field: name });
        met = { theirs, outcome: 'resolved' };
        return send(resolved);
      }

      return {
        settle(theirs) {
          met = undefined;
          const print = theirs && fingerprint(theirs);
          if (!theirs || !print || isKnown(print) || print === sent.get(name) || print === fingerprint(mine)) return send(mine);
          if (policy === 'ask') return ask(theirs);
          met = { theirs, outcome: policy === 'merge' ? 'merged' : 'overwritten' };
          return send(policy === 'merge' ? { ...theirs, ...mine } : mine);
        },
        tell(document) {
          if (!met) return;
          const conflict: DocumentConflict = Object.freeze({ key, mine, ...met, document: document ?? met.theirs });
          // A listener that throws must not look like a failed delivery.
          for (const listener of [...listeners]) queueMicrotask(() => listener(conflict));
        },
      };
    },
  };
}
