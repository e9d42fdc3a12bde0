import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { sql } from 'kysely';
import type { Seal } from '../auth/seal.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';

export interface Signer {
  readonly kid: string;
  readonly key: CryptoKey;
}

/** The keys that launches are signed with: made when they are needed, and others from time to time. */
export interface PlatformKeys {
  /** Public halves of all that may be met: the next key, the one that signs, and those that signed lately. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
  signer(): Promise<Signer>;
}

/** What LTI requires of all (1EdTech Security Framework 1.1, 6). */
export const ALGORITHM = 'RS256';

const DAY = 24 * 3_600_000;
/** Milliseconds after which the next key is made. */
const ROTATE = 90 * DAY;
/** Milliseconds a key is published before it signs: tools keep what they have fetched for a while. */
const PREPUBLISH = DAY;
/** Milliseconds a key stays published after another has begun to sign. */
const LINGER = 30 * DAY;

/** "LT": the advisory lock under which one process makes the next key. */
const LOCK = 0x4c54;

interface KeyRow {
  readonly kid: string;
  readonly public_key: string;
  readonly private_key: Buffer;
  readonly created_at: Date;
}

/** @param now milliseconds since 1970 */
export function createPlatformKeys(db: Db, seal: Seal, now: () => number = Date.now): PlatformKeys {
  const imported = new Map<string, CryptoKey>();
  const list = (from: Db): Promise<KeyRow[]> => from.selectFrom('platform_keys').selectAll().orderBy('created_at', 'desc').orderBy('kid').execute();
  const age = ({ created_at: at }: KeyRow): number => now() - at.getTime();

  /** The newest first. At least one opens. */
  async function current(): Promise<KeyRow[]> {
    const rows = await list(db);
    if (rows[0] && age(rows[0]) < ROTATE && rows.some(opens)) return rows;
    return db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${LOCK}::int, 0)`.execute(tx);
      const again = await list(tx);
      if (again[0] && age(again[0]) < ROTATE && again.some(opens)) return again;
      await tx.insertInto('platform_keys').values({ ...(await makeKey(seal)), created_at: new Date(now()) }).execute();
      const all = await list(tx);
      const settled = all.find((row) => age(row) >= PREPUBLISH + LINGER);
      const gone = settled ? all.slice(all.indexOf(settled) + 1).map(({ kid }) => kid) : [];
      if (gone.length > 0) await tx.deleteFrom('platform_keys').where('kid', 'in', gone).execute();
      return all.filter(({ kid }) => !gone.includes(kid));
    });
  }

  /** Sealed under the key that the server has now; another's was lost with it. */
  function opens(row: KeyRow): boolean {
    try {
      unseal(row);
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.code === 'secret-unreadable') return false;
      throw error;
    }
  }

  const unseal = ({ kid, private_key: sealed }: KeyRow): string => seal.open(sealed, boundTo(kid));

  return {
    async jwks() {
      return { keys: (await current()).map(({ public_key: key }) => JSON.parse(key) as JWK) };
    },
    async signer() {
      const usable = (await current()).filter(opens);
      // The first of an installation signs at once: no tool can know another.
      const row = usable.find((candidate) => age(candidate) >= PREPUBLISH) ?? usable.at(-1)!;
      let key = imported.get(row.kid);
      if (!key) imported.set(row.kid, (key = (await importJWK(JSON.parse(unseal(row)) as JWK, ALGORITHM)) as CryptoKey));
      return { kid: row.kid, key };
    },
  };
}

const boundTo = (kid: string): string => `lti-platform key ${kid}`;

async function makeKey(seal: Seal): Promise<{ kid: string; public_key: string; private_key: Buffer }> {
  const kid = randomUUID();
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true, modulusLength: 2048 });
  return {
    kid,
    public_key: JSON.stringify({ ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' }),
    private_key: seal.close(JSON.stringify(await exportJWK(privateKey)), boundTo(kid)),
  };
}
