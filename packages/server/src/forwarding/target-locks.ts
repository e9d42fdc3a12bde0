import pg from 'pg';

/** Sees to it that one process works for a target: locks of the database, which end with the process that holds them, however it ends. */
export interface TargetLocks {
  /** Whether it is ours now. No when another process has it, or the database does not answer. */
  take(number: number): Promise<boolean>;
  release(number: number): Promise<void>;
  close(): Promise<void>;
}

const LOCK = 0x4657; // "FW"

interface Connection {
  readonly client: pg.Client;
  readonly ready: Promise<unknown>;
}

/**
 * One connection of its own for all locks of this process, opened when the first is asked for.
 * @param onLost told when the connection breaks, and every lock with it
 */
export function createTargetLocks(databaseUrl: string, onLost: () => void): TargetLocks {
  let connection: Connection | undefined;

  function connect(): Connection {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: 'lectern-forwarding', keepAlive: true });
    const own: Connection = { client, ready: client.connect() };
    const lost = (): void => {
      if (connection !== own) return;
      connection = undefined;
      onLost();
    };
    client.on('error', lost);
    client.on('end', lost);
    own.ready.catch(lost);
    return own;
  }

  return {
    async take(number) {
      try {
        const { client, ready } = (connection ??= connect());
        await ready;
        const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1::int, $2::int) as held', [LOCK, number]);
        return rows[0]?.held === true;
      } catch {
        return false;
      }
    },
    async release(number) {
      await connection?.client.query('select pg_advisory_unlock($1::int, $2::int)', [LOCK, number]).catch(() => undefined);
    },
    async close() {
      const last = connection;
      connection = undefined;
      await last?.client.end().catch(() => undefined);
    },
  };
}
