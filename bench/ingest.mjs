/**
 * Statements a second into the LRS, against `pg` inserting the same rows as JSONB into the same PostgreSQL in the same run: 8 connections,
 * batches of 50. Then `steady`: the time of a batch and the server's memory while batches arrive at a set rate.
 * `--seconds=5 --rounds=3 --surge` (24 times `--rate`, in batches of 50) `--million` (one million statements, for the memory).
 */
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { median, percentile, rounded } from './figures.mjs';
import { connect, makeStatement, startLrs } from './lrs-load.mjs';

const CONNECTIONS = 8;
const BATCH = 50;
const sum = (record) => Object.values(record).reduce((total, value) => total + value, 0);
const makeBatch = () => Array.from({ length: BATCH }, makeStatement);

/** @returns statements a second, microseconds of processor time for each (load generator included), and the milliseconds of each batch */
async function drive(lrs, seconds, writers) {
  const cpuBefore = await lrs.cpu();
  const start = performance.now();
  const end = start + seconds * 1_000;
  const times = [];
  await Promise.all(writers.map(async (write) => {
    while (performance.now() < end) {
      const batch = makeBatch();
      const begun = performance.now();
      await write(batch);
      times.push(performance.now() - begun);
    }
  }));
  const rate = (times.length * BATCH * 1_000) / (performance.now() - start);
  const cpu = Object.fromEntries(Object.entries(await lrs.cpu()).map(([who, used]) => [who, rounded(((used - cpuBefore[who]) * 1e6) / (times.length * BATCH), 0)]));
  return { rate, cpu, times };
}

const lrsWriter = (connection) => async (batch) => {
  const { status, text } = await connection.send('POST', '/xapi/statements', JSON.stringify(batch));
  if (status !== 200) throw new Error(`${status} ${text}`);
};

const PLAIN = `insert into plain (id, statement) values ${Array.from({ length: BATCH }, (_, i) => `($${2 * i + 1}, $${2 * i + 2})`).join(', ')}`;
const plainWriter = (client) => (batch) => client.query({ name: 'plain', text: PLAIN, values: batch.flatMap((statement) => [statement.id, JSON.stringify(statement)]) });

async function openPlain(lrs) {
  const admin = new pg.Client({ connectionString: lrs.databaseUrl('postgres') });
  await admin.connect();
  await admin.query('create database plain');
  await admin.end();
  const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: lrs.databaseUrl('plain') }));
  await Promise.all(clients.map((client) => client.connect()));
  await clients[0].query('create table plain (id uuid primary key, statement jsonb not null)');
  return clients;
}

export async function benchIngest({ seconds = 5, rounds = 3, surge = false, rate = 100, million = false } = {}) {
  const lrs = await startLrs();
  const connections = Array.from({ length: CONNECTIONS }, () => connect(lrs.url));
  const clients = await openPlain(lrs);
  try {
    const ours = connections.map(lrsWriter);
    const plain = clients.map(plainWriter);
    await drive(lrs, 2, ours); // warm
    await drive(lrs, 1, plain);
    const memoryAtStart = await lrs.memory();
    const runs = [];
    for (let round = 0; round < rounds; round++) runs.push({ lrs: await drive(lrs, seconds, ours), plain: await drive(lrs, seconds, plain) });
    const times = runs.flatMap((run) => run.lrs.times);
    const plainTimes = runs.flatMap((run) => run.plain.times);
    const [lrsRate, plainRate] = [median(runs.map((run) => run.lrs.rate)), median(runs.map((run) => run.plain.rate))];
    const [lrsCpu, plainCpu] = [runs.at(-1).lrs.cpu, runs.at(-1).plain.cpu];
    return {
      statementsPerSecond: rounded(lrsRate, 0),
      jsonbRowsPerSecond: rounded(plainRate, 0),
      ratio: rounded(lrsRate / plainRate),
      cpuMicrosecondsPerStatement: lrsCpu,
      cpuMicrosecondsPerJsonbRow: plainCpu,
      ratioByCpu: rounded(sum(plainCpu) / sum(lrsCpu)),
      batchP50Ms: rounded(percentile(times, 0.5), 1),
      batchP99Ms: rounded(percentile(times, 0.99), 1),
      jsonbP50Ms: rounded(percentile(plainTimes, 0.5), 1),
      jsonbP99Ms: rounded(percentile(plainTimes, 0.99), 1),
      memoryStartMiB: memoryAtStart,
      memoryEndMiB: await lrs.memory(),
      ...(surge ? { surge: await benchSurge(lrs, ours, rate) } : {}),
      ...(million ? { million: await benchMillion(lrs, ours) } : {}),
    };
  } finally {
    for (const connection of connections) connection.close();
    for (const client of clients) await client.end();
    await lrs.close();
  }
}

/** Batches arrive at their times whether or not the ones before are answered, so waiting counts: first at `rate`, then at 24 times that. */
async function benchSurge(lrs, writers, rate, seconds = 10) {
  const phase = async (perSecond) => {
    const times = [];
    const start = performance.now();
    let batches = 0;
    const total = Math.max(1, Math.round((perSecond * seconds) / BATCH));
    await Promise.all(writers.map(async (write) => {
      for (;;) {
        const index = batches++;
        if (index >= total) return;
        const due = start + (index * BATCH * 1_000) / perSecond;
        const early = due - performance.now();
        if (early > 0) await new Promise((done) => setTimeout(done, early));
        await write(makeBatch());
        times.push(performance.now() - due);
      }
    }));
    return { perSecond, batchP50Ms: rounded(percentile(times, 0.5), 1), batchP99Ms: rounded(percentile(times, 0.99), 1), memoryMiB: await lrs.memory() };
  };
  return { steady: await phase(rate), surge: await phase(rate * 24) };
}

async function benchMillion(lrs, writers) {
  const memoryMiB = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    let left = 100_000 / BATCH;
    await Promise.all(writers.map(async (write) => {
      while (left-- > 0) await write(makeBatch());
    }));
    memoryMiB.push(await lrs.memory());
  }
  return { memoryMiB };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flag = (name) => process.argv.find((argument) => argument === `--${name}` || argument.startsWith(`--${name}=`))?.split('=');
  const number = (name) => (flag(name)?.[1] === undefined ? {} : { [name]: Number(flag(name)[1]) });
  console.log(await benchIngest({ ...number('seconds'), ...number('rounds'), ...number('rate'), surge: Boolean(flag('surge')), million: Boolean(flag('million')) }));
}
