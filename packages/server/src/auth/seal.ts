import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { ServerError } from '../errors.js';

/** Keeps secrets that the server must be able to read again, as it must a password for another server. */
export interface Seal {
  /** @param bound what the sealed text belongs to: copied to another row it does not open */
  close(secret: string, bound: string): Buffer;
  /** @throws ServerError `secret-unreadable` when the key has changed, or the octets */
  open(sealed: Uint8Array, bound: string): string;
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM under a key of its own, derived (HKDF, RFC 5869) from the one that signs tokens: what a copy of the database holds opens nothing. */
export function createSeal(tokenKey: Uint8Array): Seal {
  const key = Buffer.from(hkdfSync('sha256', tokenKey, new Uint8Array(), 'lectern sealed secrets', 32));
  return {
    close(secret, bound) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound));
      return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, bound) {
      try {
        const bytes = Buffer.from(sealed);
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE)).setAAD(Buffer.from(bound)).setAuthTag(bytes.subarray(-TAG));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new ServerError('secret-unreadable', 'A kept secret cannot be read: the key of the tokens (LECTERN_TOKEN_KEY, or token.key in the data folder) has changed. Set the secret again.', { field: 'secret', cause });
      }
    },
  };
}
