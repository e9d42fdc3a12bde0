import { sql } from 'kysely';
import { drainTarget, type DrainServices } from './drain.js';
import { createTargetLocks } from './target-locks.js';

export interface Forwarder {
  /** There may be something to forward: looks soon instead of at the next interval. */
  nudge(): void;
  /** Breaks off what is being sent; it will be sent again. */
  close(): Promise<void>;
}

export interface ForwarderServices extends DrainServices {
  readonly databaseUrl: string;
  /** Milliseconds between looks at the database; what this process stores is seen sooner. */
  readonly interval: number;
}

/** Milliseconds after which a nudge is followed: what is stored meanwhile goes along. */
const SOON = 100;

interface Due {
  readonly tenantId: number;
  readonly id: string;
  readonly number: number;
}

/**
 * Forwards for every target that is due, each by itself, so that one that hangs holds up no other. Any number of processes may do so over
 * one database; a target has one worker among them all. Storing statements never waits for it.
 */
export function createForwarder({ databaseUrl, interval, ...services }: ForwarderServices): Forwarder {
  const working = new Map<string, Promise<void>>();
  const closing = new AbortController();
  let breakOff = new AbortController();
  const locks = createTargetLocks(databaseUrl, () => {
    breakOff.abort(); // another process may take over at once
    breakOff = new AbortController();
  });
  let looking: Promise<void> | undefined;
  let again = false;
  let timer = setTimeout(look, SOON).unref();
  let nudged = false;
  let troubled = false;

  /** The database is away: said once, tried at every look. */
  function trouble(error: unknown): void {
    if (!troubled) services.log.error('forwarding cannot go on', { error });
    troubled = true;
  }

  function look(): void {
    if (looking) {
      again = true;
      return;
    }
    nudged = false;
    looking = startDue().then(() => void (troubled = false), trouble).finally(() => {
      looking = undefined;
      schedule(again ? SOON : interval);
      again = false;
    });
  }

  function schedule(delay: number): void {
    clearTimeout(timer);
    if (!closing.signal.aborted) timer = setTimeout(look, delay).unref();
  }

  async function startDue(): Promise<void> {
    for (const { tenantId, id, number } of await due(services)) {
      if (closing.signal.aborted) return;
      if (working.has(id) || !(await locks.take(number))) continue;
      const signal = AbortSignal.any([closing.signal, breakOff.signal]);
      const work = drainTarget(services, { tenantId, id }, signal)
        .catch(trouble)
        .finally(async () => {
          await locks.release(number);
          working.delete(id);
        });
      working.set(id, work);
    }
  }

  return {
    nudge() {
      if (nudged) return;
      nudged = true;
      if (looking) again = true;
      else schedule(SOON);
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await looking;
      await Promise.all(working.values());
      await locks.close();
      services.client.close();
    },
  };
}

/** Targets that may be tried now and lack something. Asked by the last `seq`: `exists` might walk all that a target has already. */
async function due({ db }: DrainServices): Promise<Due[]> {
  const { rows } = await sql<Due>`
    select t.tenant_id as "tenantId", t.id, t.number from forwarding_targets t
    where t.paused is null and (t.failures = 0 or t.next_attempt_at <= now()) and (
      (select max(s.seq) from statements s where s.tenant_id = t.tenant_id) > t.cursor
      or exists (select 1 from forwarding_set_aside a where a.tenant_id = t.tenant_id and a.target_id = t.id and a.retry))`.execute(db);
  return rows;
}
