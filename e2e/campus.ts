import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));

/** The real server with a real PostgreSQL, as `npm start` runs it, on ports and data of its own. */
export interface Campus {
  readonly url: string;
  readonly contentUrl: string;
  readonly authorization: string;
  /** The data folder. */
  readonly data: string;
  /** What it printed so far. */
  output(): string;
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same data and ports. */
  restart(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  dispose(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export async function startCampus(env: Record<string, string> = {}): Promise<Campus> {
  const [port, contentPort] = [await freePort(), await freePort()];
  const data = await mkdtemp(join(tmpdir(), 'lectern-e2e-'));
  const url = `http://127.0.0.1:${port}`;
  const key = 'e2e-key';
  const secret = 'e2e-secret-0123456789abcdef';
  let child: ChildProcess | undefined;
  let printed = '';

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [bin, 'serve'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PORT: String(port),
        CONTENT_PORT: String(contentPort),
        LECTERN_DATA: data,
        LECTERN_KEY: key,
        LECTERN_SECRET: secret,
        ...env,
      },
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
    const deadline = Date.now() + 120_000;
    for (;;) {
      if (started.exitCode !== null) throw new Error(`the server stopped with ${started.exitCode}:\n${printed}`);
      const healthy = await fetch(`${url}/healthz`).then((answer) => answer.ok, () => false);
      if (healthy) return;
      if (Date.now() > deadline) throw new Error(`the server did not answer in two minutes:\n${printed}`);
      await sleep(100);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return ending?.exitCode ?? null;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    await exited;
    return ending.exitCode;
  }

  await start();
  return {
    url,
    contentUrl: `http://127.0.0.1:${contentPort}`,
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    data,
    output: () => printed,
    kill: async () => void (await end('SIGKILL')),
    restart: start,
    stop: () => end('SIGTERM'),
    async dispose() {
      await end('SIGTERM');
      await rm(data, { recursive: true, force: true });
    },
  };
}
