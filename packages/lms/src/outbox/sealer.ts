import type { LocalVault } from '@lectern/core';
import { DeliveryError } from './delivery-error.js';
import type { Timers } from './environment.js';
import type { Vault } from './vault.js';

/** Encrypts what waits in this browser, with a key of the host's. */
export interface EncryptionOptions {
  /**
   * AES-GCM, 256 bits, for `encrypt` and `decrypt` or for `wrapKey` and `unwrapKey`; best not extractable. A function is asked when the key is first needed,
   * and again after it failed. The key's life is the host's matter: what is sealed with a key that is gone stays closed.
   */
  readonly key: CryptoKey | (() => Promise<CryptoKey>);
  /** Keys of before. What they open is sealed anew with `key`; after that they are not needed any more. */
  readonly previous?: readonly CryptoKey[];
}

export type Opened =
  | { readonly text: string; /** It is not sealed, or with a key of before. */ readonly outdated: boolean }
  | 'locked'
  | 'tampered';

/** Seals texts for storage, each to its place there, so that it opens nowhere else. */
export interface Sealer {
  /** Resolves when it can seal. @throws DeliveryError `locked`, `key-invalid` */
  ready(): Promise<void>;
  /** Asks for a key again that did not come. */
  retry(): void;
  /** Synchronous. @returns `undefined` while it cannot: then the text must not be stored */
  seal(text: string, place: string): string | undefined;
  open(text: string, place: string): Promise<Opened>;
}

/** JSON, as everything in a record's `body`, and told apart from it by its first character. */
export const SEAL = '"s1.';

export const isSealed = (text: string): boolean => text.startsWith(SEAL);

/** For what others keep beside the queue, under names of theirs. */
export function vaultOf(sealer: Sealer, queue: string): LocalVault {
  const at = (place: string): string => JSON.stringify([queue, 'beside', place]);
  return {
    seal: (text, place) => sealer.seal(text, at(place)),
    async open(text, place) {
      const opened = await sealer.open(text, at(place));
      return typeof opened === 'object' ? opened.text : undefined;
    },
  };
}

/** Milliseconds to wait for the host's key before records go on in memory only. */
const PATIENCE = 5_000;

/**
 * @param onReady the key has come
 * @throws DeliveryError `key-invalid`
 */
export function createSealer(encryption: EncryptionOptions | undefined, queue: string, timers: Timers, onReady: () => void): Sealer {
  if (!encryption) {
    return {
      ready: () => Promise.resolve(),
      retry: () => undefined,
      seal: (text) => text,
      open: (text) => Promise.resolve(isSealed(text) ? 'locked' : { text, outdated: false }),
    };
  }
  if (typeof encryption.key !== 'function') checkKey(encryption.key, 'encryption.key');
  for (const [index, key] of (encryption.previous ?? []).entries()) checkKey(key, `encryption.previous[${index}]`);
  return lateSealer(encryption, queue, timers, onReady);
}

/** The cipher is loaded when there is a key, and by nobody who brings none. */
function lateSealer({ key, previous = [] }: EncryptionOptions, queue: string, timers: Timers, onReady: () => void): Sealer {
  let vault: Vault | undefined;
  let opening: Promise<Vault> | undefined;
  let failed = false;
  let overdue = false;

  async function unlock(): Promise<Vault> {
    try {
      const [{ openVault }, current] = await Promise.all([import('./vault.js'), typeof key === 'function' ? key() : key]);
      checkKey(current, 'encryption.key');
      vault = await openVault(current, previous, queue);
      onReady();
      return vault;
    } catch (cause) {
      failed = true;
      if (cause instanceof DeliveryError) throw cause;
      throw new DeliveryError('locked', 'The key that seals the records is not here.', { cause });
    }
  }

  async function inTime(): Promise<Vault> {
    if (vault) return vault;
    // Waited for once: records go on from memory meanwhile, and each of them must not wait anew.
    if (overdue && !failed) throw overdueError();
    opening ??= unlock();
    let timer: unknown;
    const late = new Promise<never>((_resolve, reject) => {
      timer = timers.set(() => {
        overdue = true;
        reject(overdueError());
      }, PATIENCE);
    });
    try {
      return await Promise.race([opening, late]);
    } finally {
      timers.clear(timer);
    }
  }

  return {
    ready: () => inTime().then(() => undefined),
    retry() {
      if (!failed) return;
      failed = false;
      overdue = false;
      opening = undefined;
    },
    seal: (text, place) => (isSealed(text) ? text : vault?.seal(text, place)),
    async open(text, place) {
      if (!isSealed(text)) return { text, outdated: true };
      try {
        return await (await inTime()).open(text, place);
      } catch {
        return 'locked';
      }
    },
  };
}

const overdueError = (): DeliveryError => new DeliveryError('locked', 'The key that seals the records does not come.');

function checkKey(key: CryptoKey, field: string): void {
  const { algorithm, usages = [] } = (key ?? {}) as Partial<CryptoKey>;
  const { name, length } = (algorithm ?? {}) as Partial<AesKeyAlgorithm>;
  if (name !== 'AES-GCM' || length !== 256) throw new DeliveryError('key-invalid', 'The key must be a CryptoKey for AES-GCM with 256 bits.', { field });
  const fit = (['encrypt', 'decrypt'] as const).every((usage) => usages.includes(usage)) || (['wrapKey', 'unwrapKey'] as const).every((usage) => usages.includes(usage));
  if (!fit) throw new DeliveryError('key-invalid', 'The key must be for encrypt and decrypt, or for wrapKey and unwrapKey.', { field });
}
