import { startEmbedded, type EmbeddedPostgres } from './embedded.js';
import { holdDataFolder } from './hold.js';

export interface KeptPostgres {
  readonly url: string;
  close(): Promise<void>;
}

/** Milliseconds between looks. */
const INTERVAL = 1_000;

/**
 * The embedded PostgreSQL of a data folder, started again whenever it dies (out of memory, killed by hand) for as long as the server
 * lives. It keeps its port, so the pool finds it again; what happens in between is answered with 503.
 * @throws ServerError `data-in-use`, `database-unavailable`
 */
export async function keepEmbedded(dataDir: string, onRestart: (error?: unknown) => void): Promise<KeptPostgres> {
  let postgres = await startEmbedded(dataDir);
  let release = await holdDataFolder(postgres.url);
  let busy: Promise<void> | undefined;

  async function revive(): Promise<void> {
    await release().catch(() => undefined);
    postgres = await startEmbedded(dataDir);
    release = await holdDataFolder(postgres.url);
  }

  const timer = setInterval(() => {
    if (busy || isAlive(postgres)) return;
    busy = revive().then(() => onRestart(), onRestart).finally(() => (busy = undefined));
  }, INTERVAL);
  timer.unref();

  return {
    url: postgres.url,
    async close() {
      clearInterval(timer);
      await busy;
      await release().catch(() => undefined);
      await postgres.stop();
    },
  };
}

function isAlive({ pid }: EmbeddedPostgres): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
