/** What the LRS's benchmarks share: a server of their own, statements as a course makes them, and connections that stay open. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/workspace.mjs';

const AUTHORIZATION = `Basic ${Buffer.from('bench:bench-secret').toString('base64')}`;

/** The built server on its embedded PostgreSQL, and that PostgreSQL's address. */
export async function startLrs() {
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
  const child = spawn(process.execPath, [...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), join(root, 'packages/cli/dist/bin.js'), 'serve', '--json', '--no-demo'], {
    env: { ...process.env, DATABASE_URL: '', PORT: '0', CONTENT_PORT: '0', LECTERN_DATA: dataDir, LECTERN_KEY: 'bench', LECTERN_SECRET: 'bench-secret' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { url } = JSON.parse(String(line));
  const { port, password, folder } = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8'));
  return {
    url,
    databaseUrl: (name) => `postgresql://lectern:${password}@127.0.0.1:${port}/${name}`,
    /** Resident mebibytes of the server's process. */
    async memory() {
      const text = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
    },
    /** Seconds of processor time that the server, its database and this process have used: what wall clocks on a shared machine cannot tell. */
    async cpu() {
      const postmaster = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0];
      const { user, system } = process.cpuUsage();
      return {
        server: await cpuOf((pid) => pid === String(child.pid)),
        database: await cpuOf((pid, parent) => pid === postmaster || parent === postmaster),
        client: (user + system) / 1e6,
      };
    },
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Of all processes that `counts` names, and of their children that have ended. Zero where there is no /proc. */
async function cpuOf(counts) {
  let ticks = 0;
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue;
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (counts(pid, fields[1])) ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  }
  return ticks / 100;
}

/** One kept-alive connection; resolves with the answer's status and text. */
export function connect(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const base = new URL(url);
  return {
    send(method, path, body) {
      return new Promise((resolve, reject) => {
        const headers = { Authorization: AUTHORIZATION, 'X-Experience-API-Version': '1.0.3', ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }) };
        const sent = request({ agent, host: base.hostname, port: base.port, method, path, headers }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: response.statusCode, text })).on('error', reject);
        });
        sent.on('error', reject).end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

const VERBS = ['initialized', 'progressed', 'experienced', 'answered', 'completed', 'passed', 'terminated'];

/** About 1 KiB, as a cmi5 unit tells it: one of 5,000 learners, each in one of a few registrations, in one of 200 units. */
export function makeStatement() {
  const learner = Math.floor(Math.random() * 5_000);
  const unit = Math.floor(Math.random() * 200);
  const verb = VERBS[Math.floor(Math.random() * VERBS.length)];
  return {
    id: randomUUID(),
    actor: { objectType: 'Agent', name: `Learner ${learner}`, account: { homePage: 'https://id.uni.example', name: `learner-${learner}` } },
    verb: { id: `http://adlnet.gov/expapi/verbs/${verb}`, display: { en: verb } },
    object: {
      objectType: 'Activity', id: `https://courses.uni.example/units/${unit}`,
      definition: { type: 'http://adlnet.gov/expapi/activities/lesson', name: { en: `Unit ${unit}`, 'zh-CN': `第 ${unit} 单元` } },
    },
    result: { score: { scaled: 0.5, raw: 50, min: 0, max: 100 }, duration: 'PT12.5S', extensions: { 'https://w3id.org/xapi/cmi5/result/extensions/progress': 50 } },
    context: {
      registration: `00000000-0000-4000-8000-${String(learner * 4 + (unit % 4)).padStart(12, '0')}`,
      contextActivities: {
        parent: [{ id: `https://courses.uni.example/courses/${unit % 20}` }],
        grouping: [{ id: 'https://courses.uni.example/programmes/1' }],
        category: [{ id: 'https://w3id.org/xapi/cmi5/context/categories/cmi5' }],
      },
      extensions: { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': `session-${learner}` },
    },
    timestamp: new Date().toISOString(),
  };
}
