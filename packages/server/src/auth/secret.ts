import { createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>((password, salt, length, callback) => scrypt(password, salt, length, callback));

/** A secret as it is kept: scrypt with a salt of its own, since a host may choose a weak one. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64')}$${(await derive(secret, salt, 32)).toString('base64')}`;
}

/**
 * Checks secrets in constant time. scrypt is slow on purpose, so what was right once is remembered, for a while, as an HMAC under
 * a key of this process.
 */
export class SecretChecker {
  readonly #processKey = randomBytes(32);
  readonly #right = new Set<string>();

  /** Whether this process has found the secret right before: what is known costs nothing, and is no guess. */
  remembers(secret: string, stored: string): boolean {
    return this.#right.has(this.#mark(secret, stored));
  }

  async matches(secret: string, stored: string): Promise<boolean> {
    const mark = this.#mark(secret, stored);
    if (this.#right.has(mark)) return true;
    const [scheme, salt, hash] = stored.split('$');
    if (scheme !== 'scrypt' || !salt || !hash) return false;
    const expected = Buffer.from(hash, 'base64');
    const given = await derive(secret, Buffer.from(salt, 'base64'), expected.length);
    if (!timingSafeEqual(given, expected)) return false;
    if (this.#right.size > 1_000) this.#right.clear();
    this.#right.add(mark);
    return true;
  }

  #mark(secret: string, stored: string): string {
    return createHmac('sha256', this.#processKey).update(stored).update('\n').update(secret).digest('base64');
  }
}

/** A secret of 192 bits, fit for URLs. */
export const newSecret = (): string => randomBytes(24).toString('base64url');

/** For secrets of our own making, which no dictionary holds. */
export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export const sameDigest = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
