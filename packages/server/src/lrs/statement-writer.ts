import { sql, type Transaction } from 'kysely';
import type { Db } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { ServerError } from '../errors.js';
import { insertAttachments, type Attachment } from './attachments.js';
import type { PreparedStatement } from './prepare-statement.js';
import { RecentNames } from './recent-names.js';
import { storeStatements, withoutKnown } from './store-statements.js';

export type Tx = Transaction<Schema>;

/** Looks at a request's new statements inside the transaction; what it throws refuses the request, and nothing of it is stored. */
export type WriteGuard = (tx: Tx, fresh: readonly PreparedStatement[], storedAt: Date) => Promise<void>;

export interface WriteRequest {
  /** No id twice. */
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

interface Outcome {
  /** Of each request. Absent: it is stored. */
  readonly errors: readonly (ServerError | undefined)[];
  readonly through: number;
  readonly stored: number;
}

/** Statements that one transaction takes at most. */
const GROUP_SIZE = 2_000;

/**
 * One writer a tenant and process. While a transaction commits, what arrives waits and goes with the next: many small requests
 * share one commit and one round trip, and within a tenant statements become visible in the order of `seq`, which is what makes paging,
 * `since` and Consistent-Through exact. An advisory lock does the same between processes.
 */
export function createStatementWriter(db: Db, onCommit: (commit: Commit) => void = () => undefined): StatementWriter {
  const queues = new Map<number, Waiting[]>();
  const names = new RecentNames();

  async function drain(tenantId: number, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await settle(tenantId, takeGroup(queue));
    queues.delete(tenantId);
  }

  async function settle(tenantId: number, group: readonly Waiting[]): Promise<void> {
    try {
      const start = performance.now();
      const requests = group.map(({ request }) => request);
      const { errors, through, stored } = await (requests.some(({ guard, attachments }) => guard || attachments?.length)
        ? db.transaction().execute((tx) => writeGuarded(tx, tenantId, requests, names))
        : writePlain(db, tenantId, requests, names));
      onCommit({ statements: stored, seconds: (performance.now() - start) / 1000 });
      group.forEach(({ request, resolve, reject }, index) => {
        if (errors[index]) reject(errors[index]);
        else resolve({ ids: request.statements.map(({ id }) => id), through });
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

/** As many of those that wait as go together. A request that tells an id of the group again waits, and finds it stored. */
function takeGroup(queue: Waiting[]): Waiting[] {
  const group: Waiting[] = [];
  const ids = new Set<string>();
  while (queue[0]) {
    const { statements } = queue[0].request;
    if (group.length > 0 && (ids.size + statements.length > GROUP_SIZE || statements.some(({ id }) => ids.has(id)))) break;
    for (const { id } of statements) ids.add(id);
    group.push(queue.shift()!);
  }
  return group;
}

/** The first half of the advisory lock's name; the tenant is the second. */
export const WRITE_LOCK = 0x4c52; // "LR"

const conflict = (id: string): ServerError => new ServerError('conflict', `Another statement with the id ${id} is stored already.`, { field: 'id', clause: 'xAPI Communication 2.1.1' });

async function writePlain(db: Db, tenantId: number, requests: readonly WriteRequest[], names: RecentNames): Promise<Outcome> {
  const first = await storeStatements(db, tenantId, requests.map(({ statements }) => statements), names);
  let { through, count: stored } = first;
  const errors: (ServerError | undefined)[] = requests.map(() => undefined);
  // Told again, all or in part: rare enough for a turn each.
  for (const index of first.waiting) {
    const { fresh, taken } = await withoutKnown(db, tenantId, requests[index]!.statements);
    if (taken !== undefined) errors[index] = conflict(taken);
    if (fresh.length === 0) continue;
    const rest = await storeStatements(db, tenantId, [fresh], names);
    if (rest.waiting.length > 0) throw new ServerError('database-unavailable', 'Somebody told the same statements at the same moment; try again.');
    through = rest.through;
    stored += rest.count;
  }
  return { errors, through, stored };
}

/** With guards, which look before anything is stored; and with attachments. The lock keeps other writers out from the first look on. */
async function writeGuarded(tx: Tx, tenantId: number, requests: readonly WriteRequest[], names: RecentNames): Promise<Outcome> {
  const { rows: [clock] } = await sql<{ now: Date }>`select clock_timestamp() as now from pg_advisory_xact_lock(${WRITE_LOCK}::int, ${tenantId}::int)`.execute(tx);
  const errors: (ServerError | undefined)[] = [];
  for (const request of requests) errors.push(await judge(tx, tenantId, request, clock!.now));
  const accepted = requests.filter((_, index) => !errors[index]);
  if (accepted.length === 0) return { errors, through: clock!.now.getTime() * 1000, stored: 0 };
  const outcome = await writePlain(tx, tenantId, accepted, names);
  const later = new Map(accepted.map((request, index) => [request, outcome.errors[index]]));
  await insertAttachments(tx, tenantId, accepted.flatMap((request) => (later.get(request) ? [] : (request.attachments ?? []))));
  return { ...outcome, errors: requests.map((request, index) => errors[index] ?? later.get(request)) };
}

async function judge(tx: Tx, tenantId: number, { statements, guard }: WriteRequest, storedAt: Date): Promise<ServerError | undefined> {
  if (!guard) return undefined;
  const { fresh, taken } = await withoutKnown(tx, tenantId, statements);
  if (taken !== undefined) return conflict(taken);
  try {
    if (fresh.length > 0) await guard(tx, fresh, storedAt);
    return undefined;
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  }
}
