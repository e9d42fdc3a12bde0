import type { DeliveryState } from '@lectern/core';
import { str, type Localizer } from '../internal/localize.js';
import type { DeliveryWords } from './delivery-words.js';

/** Why what is recorded waits. `undefined`: it does not, it is on its way. */
export function heldWords({ waiting, unsafe, held }: DeliveryState, words: Localizer): DeliveryWords | undefined {
  const { msg } = words;
  const count = words.number(waiting);
  const only = words.number(unsafe);
  if (held && unsafe > 0) return { tone: 'bad', icon: 'alert', text: msg(str`Keep this page open: ${only} not saved anywhere yet`), retry: true };
  const warn = { tone: 'warn', icon: 'waiting', retry: true } as const;
  switch (held) {
    case undefined:
      return undefined;
    case 'offline':
      return { ...warn, text: msg(str`${count} waiting for the network`), retry: false };
    case 'unauthorized':
      return { ...warn, text: msg(str`${count} waiting until you sign in again`) };
    case 'busy':
      return { ...warn, text: msg(str`${count} waiting: the record store is busy`) };
    case 'unreachable':
      return { ...warn, text: msg(str`${count} waiting: the record store cannot be reached`) };
    case 'storage':
      return { ...warn, text: msg(str`${count} waiting: this browser cannot store them`) };
    case 'consent':
      return { tone: 'quiet', icon: 'waiting', text: msg(str`${count} kept in this browser until you agree to being recorded`) };
    case 'locked':
      return { ...warn, text: msg(str`${count} locked in this browser: the key to them is missing`) };
  }
}
