import { sql, type Transaction } from 'kysely';
import type { Db } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { ServerError } from '../errors.js';
import type { Attachment } from './attachments.js';
import type { PreparedStatement } from './prepare-statement.js';
import { insertAttachments, insertStatements, linkReferences, rememberNames, type Placed } from './statement-rows.js';

export type Tx = Transaction<Schema>;

/** Looks at a request's new statements inside the transaction; what it throws refuses the request, and nothing of it is stored. */
export type WriteGuard = (tx: Tx, fresh: readonly PreparedStatement[], storedAt: Date) => Promise<void>;

export interface WriteRequest {
  readonly statements: readonly PreparedStatement[];
  readonly attachments?: readonly Attachment[];
  readonly guard?: WriteGuard;
}

export interface Written {
  /** In the order of the request. */
  readonly ids: string[];
  /** Microseconds since 1970: whatever was or will be stored up to then can be seen now. */
  readonly through: number;
}

export interface StatementWriter {
  /**
   * Resolves when all are committed, the ones told before included.
   * @throws ServerError `conflict` when an id is taken by another statement; then none of the request is stored
   */
  write(tenantId: number, request: WriteRequest): Promise<Written>;
}

/** One committed transaction. */
export interface Commit {
  /** Those that were new. */
  readonly statements: number;
  readonly seconds: number;
}

interface Waiting {
  readonly request: WriteRequest;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

type Verdict = { readonly ids: string[] } | { readonly error: unknown };

interface Outcome {
  readonly verdicts: readonly Verdict[];
  readonly through: number;
  readonly stored: number;
}

/** Statements that one transaction takes at most. */
const GROUP_SIZE = 2_000;

/**
 * One writer a tenant and process. While a transaction commits, what arrives waits and goes with the next: many small requests
 * share one commit, and within a tenant statements become visible in the order of `seq`, which is what makes paging,
 * `since` and Consistent-Through exact. An advisory lock does the same between processes.
 */
export function createStatementWriter(db: Db, onCommit: (commit: Commit) => void = () => undefined): StatementWriter {
  const queues = new Map<number, Waiting[]>();
  const names = new RecentNames();

  async function drain(tenantId: number, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const group: Waiting[] = [];
      let size = 0;
      while (queue[0] && (group.length === 0 || size + queue[0].request.statements.length <= GROUP_SIZE)) {
        size += queue[0].request.statements.length;
        group.push(queue.shift()!);
      }
      await settle(tenantId, group);
    }
    queues.delete(tenantId);
  }

  async function settle(tenantId: number, group: readonly Waiting[]): Promise<void> {
    try {
      const start = performance.now();
      const { verdicts, through, stored } = await db.transaction().execute((tx) => writeGroup(tx, tenantId, group.map(({ request }) => request), names));
      onCommit({ statements: stored, seconds: (performance.now() - start) / 1000 });
      verdicts.forEach((verdict, index) => {
        if ('ids' in verdict) group[index]!.resolve({ ids: verdict.ids, through });
        else group[index]!.reject(verdict.error);
      });
    } catch (error) {
      names.clear(); // what was rolled back is not known after all
      // One request that the database cannot take must not spoil the others.
      if (group.length > 1) for (const one of group) await settle(tenantId, [one]);
      else group[0]!.reject(error instanceof ServerError ? error : new ServerError('database-unavailable', 'The statements could not be stored; try again.', { cause: error }));
    }
  }

  return {
    write(tenantId, request) {
      if (request.statements.length === 0) return Promise.resolve({ ids: [], through: 0 });
      return new Promise((resolve, reject) => {
        const waiting = { request, resolve, reject };
        const queue = queues.get(tenantId);
        if (queue) {
          queue.push(waiting);
        } else {
          const begun = [waiting];
          queues.set(tenantId, begun);
          void drain(tenantId, begun);
        }
      });
    },
  };
}

/** The first half of the advisory lock's name; the tenant is the second. */
export const WRITE_LOCK = 0x4c52; // "LR"

async function writeGroup(tx: Tx, tenantId: number, requests: readonly WriteRequest[], names: RecentNames): Promise<Outcome> {
  await sql`select pg_advisory_xact_lock(${WRITE_LOCK}::int, ${tenantId}::int)`.execute(tx);
  const ids = [...new Set(requests.flatMap(({ statements }) => statements.map(({ id }) => id)))];
  const known = await knownStatements(tx, tenantId, ids);
  const first = await nextSeq(tx, tenantId);
  const placed: Placed[] = [];
  const attachments: Attachment[] = [];
  const verdicts: Verdict[] = [];
  for (const request of requests) {
    const verdict = await judge(tx, request, known, new Date(first / 1000));
    if ('error' in verdict) {
      verdicts.push(verdict);
      continue;
    }
    for (const prepared of verdict.fresh) {
      placed.push({ prepared, seq: first + placed.length });
      known.set(prepared.id, identityOf(prepared));
    }
    attachments.push(...(request.attachments ?? []));
    verdicts.push({ ids: request.statements.map(({ id }) => id) });
  }
  if (placed.length > 0) {
    await insertStatements(tx, tenantId, placed);
    await linkReferences(tx, tenantId, placed);
    await rememberNames(tx, tenantId, placed, names);
  }
  if (attachments.length > 0) await insertAttachments(tx, tenantId, attachments);
  // Whoever writes next gets a later number, since this transaction holds the lock until it is committed.
  return { verdicts, through: first + placed.length - 1, stored: placed.length };
}

/** What decides whether two statements of one id are the same (Communication 2.1.1). */
interface Identity {
  readonly hash: Buffer;
  readonly timestamp: number;
  readonly timestampGiven: boolean;
}

function identityOf({ hash, statement, timestampGiven }: PreparedStatement): Identity {
  return { hash, timestamp: Date.parse(statement.timestamp), timestampGiven };
}

function isSame(a: Identity, b: Identity): boolean {
  return a.hash.equals(b.hash) && (!a.timestampGiven || !b.timestampGiven || Math.abs(a.timestamp - b.timestamp) <= 1);
}

async function judge(tx: Tx, request: WriteRequest, known: ReadonlyMap<string, Identity>, storedAt: Date): Promise<{ fresh: PreparedStatement[] } | { error: unknown }> {
  const fresh: PreparedStatement[] = [];
  const own = new Map<string, Identity>();
  for (const prepared of request.statements) {
    const identity = identityOf(prepared);
    const other = known.get(prepared.id) ?? own.get(prepared.id);
    if (!other) {
      own.set(prepared.id, identity);
      fresh.push(prepared);
    } else if (!isSame(other, identity)) {
      return { error: new ServerError('conflict', `Another statement with the id ${prepared.id} is stored already.`, { field: 'id', clause: 'xAPI Communication 2.1.1' }) };
    }
  }
  try {
    if (fresh.length > 0) await request.guard?.(tx, fresh, storedAt);
    return { fresh };
  } catch (error) {
    if (error instanceof ServerError) return { error };
    throw error;
  }
}

async function knownStatements(tx: Tx, tenantId: number, ids: readonly string[]): Promise<Map<string, Identity>> {
  const rows = await tx.selectFrom('statements').select(['id', 'content_hash', 'timestamp', 'timestamp_given'])
    .where('tenant_id', '=', tenantId).where('id', '=', sql<string>`any(${[...ids]}::uuid[])`).execute();
  return new Map(rows.map((row) => [row.id, { hash: row.content_hash, timestamp: row.timestamp.getTime(), timestampGiven: row.timestamp_given }]));
}

async function nextSeq(tx: Tx, tenantId: number): Promise<number> {
  const { rows } = await sql<{ now: number; last: number | null }>`
    select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now,
           (select max(seq) from statements where tenant_id = ${tenantId}) as last`.execute(tx);
  const { now, last } = rows[0]!;
  return last === null ? now : Math.max(now, last + 1);
}

/** Names and definitions this process has stored lately: most statements repeat them. */
export class RecentNames {
  readonly #seen = new Set<string>();

  /** @returns whether it is new */
  add(key: string): boolean {
    if (this.#seen.has(key)) return false;
    if (this.#seen.size > 50_000) this.#seen.clear();
    this.#seen.add(key);
    return true;
  }

  clear(): void {
    this.#seen.clear();
  }
}
