/** The cipher behind {@link Sealer}: loaded only where a host brings a key. Why it is made this way: docs/decisions/0005-encryption-at-rest.md. */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { SEAL, type Opened } from './sealer.js';

export interface Vault {
  seal(text: string, place: string): string;
  open(sealed: string, place: string): Promise<Opened>;
}

/** Bytes. */
const DATA_KEY = 32;
const NONCE = 24;
const WRAP_IV = 12;

interface DataKey {
  readonly bytes: Uint8Array;
  /** Wrapped with a key of before. */
  readonly outdated: boolean;
}

/**
 * Seals with a data key of its own, made for this page; each text carries that key, wrapped with the host's, so that whoever has the host's key opens it, and nobody
 * needs anything else. Wrapping is WebCrypto's and takes turns; sealing does not, because a record is journaled before the call that made it returns.
 * @param queue what is wrapped for one queue opens in no other
 */
export async function openVault(key: CryptoKey, previous: readonly CryptoKey[], queue: string): Promise<Vault> {
  const context = utf8(`lectern.outbox.v1 ${queue}`);
  const own = crypto.getRandomValues(new Uint8Array(DATA_KEY));
  const wrapped = await wrap(key, own, context);
  const known = new Map<string, Promise<DataKey | undefined>>([[wrapped, Promise.resolve({ bytes: own, outdated: false })]]);

  async function unwrapAny(text: string): Promise<DataKey | undefined> {
    for (const [index, candidate] of [key, ...previous].entries()) {
      const bytes = await unwrap(candidate, text, context).catch(() => undefined);
      if (bytes?.length === DATA_KEY) return { bytes, outdated: index > 0 };
    }
    return undefined;
  }

  return {
    seal(text, place) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
      const sealed = xchacha20poly1305(own, nonce, utf8(place)).encrypt(utf8(text));
      return `${SEAL}${wrapped}.${toBase64(nonce, sealed)}"`;
    },
    async open(text, place) {
      const [wrappedKey, content] = text.slice(SEAL.length, -1).split('.');
      if (!wrappedKey || !content) return 'tampered';
      let unwrapping = known.get(wrappedKey);
      if (!unwrapping) {
        unwrapping = unwrapAny(wrappedKey);
        known.set(wrappedKey, unwrapping);
      }
      const dataKey = await unwrapping;
      if (!dataKey) return 'locked';
      try {
        const bytes = fromBase64(content);
        const opened = xchacha20poly1305(dataKey.bytes, bytes.subarray(0, NONCE), utf8(place)).decrypt(bytes.subarray(NONCE));
        return { text: new TextDecoder().decode(opened), outdated: dataKey.outdated };
      } catch {
        return 'tampered';
      }
    },
  };
}

async function wrap(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>, additionalData: Uint8Array<ArrayBuffer>): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(WRAP_IV));
  const algorithm = { name: 'AES-GCM', iv, additionalData };
  const sealed = key.usages.includes('encrypt')
    ? await crypto.subtle.encrypt(algorithm, key, bytes)
    : await crypto.subtle.wrapKey('raw', await asKey(bytes), key, algorithm);
  return toBase64(iv, new Uint8Array(sealed));
}

async function unwrap(key: CryptoKey, text: string, additionalData: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const bytes = fromBase64(text);
  const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, WRAP_IV), additionalData };
  const sealed = bytes.subarray(WRAP_IV);
  if (key.usages.includes('decrypt')) return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed));
  const unwrapped = await crypto.subtle.unwrapKey('raw', sealed, key, algorithm, 'AES-GCM', true, ['encrypt']);
  return new Uint8Array(await crypto.subtle.exportKey('raw', unwrapped));
}

/** Only to be wrapped: WebCrypto wraps keys, and the data key is 32 bytes like any of AES-256. */
const asKey = (bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> => crypto.subtle.importKey('raw', bytes, 'AES-GCM', true, ['encrypt']);

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Base64url without padding (RFC 4648, 5). In slices: a call takes only so many arguments. */
function toBase64(...parts: readonly Uint8Array[]): string {
  let binary = '';
  for (const part of parts) for (let from = 0; from < part.length; from += 8192) binary += String.fromCharCode(...part.subarray(from, from + 8192));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}
