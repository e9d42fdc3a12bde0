/**
 * Nothing recorded is lost: learners' pages, browsers and lines, the real server and its PostgreSQL die at random moments while statements
 * are recorded. What the receipts said is held against what the LRS has in the end.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCampus, type Campus } from '../e2e/campus.js';
import { killDatabase } from '../e2e/kill.js';
import { allStatements } from '../e2e/lrs.js';
import { randomOf } from '../e2e/random.js';
import type { Verdict } from './faults/ledger.js';
import { createLearner, type Learner } from './faults/learner.js';
import { startPage } from './page-host.mjs';

export interface FaultsOptions {
  readonly statements?: number;
  readonly faults?: number;
  readonly seed?: number;
  /** Learners at a time, each with a browser. */
  readonly learners?: number;
  /** The latest it stops recording, whatever the targets. */
  readonly minutes?: number;
}

/** How likely a request meets a fault. */
const CHANCE = 0.6;

/** Faults of learners for one of the server or of its database. */
const FAULTS_PER_OUTAGE = 25;

/** Faults in one life of a page, as seen. */
const FAULTS_PER_LIFE = 2;

export async function benchFaults({ statements = 2_000, faults = 200, seed = Date.now() % 1_000_000, learners = 3, minutes = 15 }: FaultsOptions = {}) {
  const random = randomOf(seed);
  const started = Date.now();
  const tally = new Map<string, number>();
  const deliveries = new Map<string, number>();
  const count = (map: Map<string, number>, name: string, by = 1): void => void map.set(name, (map.get(name) ?? 0) + by);
  const sum = (map: Map<string, number>): number => [...map.values()].reduce((total, each) => total + each, 0);

  const host = await startPage('faults.ts');
  const campus = await startCampus().catch(async (error: unknown) => {
    await host.close();
    throw error;
  });
  const people: Learner[] = [];
  try {
    for (let index = 0; index < learners; index++) {
      people.push(
        await createLearner({
          page: host.url,
          server: campus.url,
          authorization: campus.authorization,
          registration: randomUUID(),
          random: randomOf(seed + 1 + index),
          chance: CHANCE,
          most: Math.ceil((2 * FAULTS_PER_LIFE * statements) / faults),
          onFault: (fault) => count(tally, fault),
          onDelivery: (way, sent) => count(deliveries, way, sent),
        }),
      );
    }
    const calls = (): number => people.reduce((total, { ledger }) => total + ledger.size, 0);
    const enough = (): boolean => (calls() >= statements && sum(tally) >= faults) || Date.now() - started > minutes * 60_000;
    const outages = outagesOf(campus, random, enough, () => sum(tally), (fault) => count(tally, fault));
    await Promise.all([outages, ...people.map(async (learner) => {
      while (!enough()) await learner.liveOnce();
    })]);

    const verdicts = await Promise.all(people.map((learner) => settle(learner, campus)));
    return { seed, seconds: Math.round((Date.now() - started) / 1_000), faults: sum(tally), ...summary(verdicts), deliveries: named(deliveries), struck: named(tally) };
  } catch (error) {
    throw new Error(`seed ${seed}, ${sum(tally)} faults; the server said:\n${campus.output().slice(-2_000)}`, { cause: error });
  } finally {
    await Promise.all(people.map((learner) => learner.close()));
    await host.close();
    await campus.dispose();
  }
}

/** Kills the server or its database now and then, until it is enough. */
async function outagesOf(campus: Campus, random: () => number, enough: () => boolean, soFar: () => number, onFault: (fault: string) => void): Promise<void> {
  for (let at = FAULTS_PER_OUTAGE; !enough(); ) {
    if (soFar() < at) {
      await sleep(50);
      continue;
    }
    at = soFar() + FAULTS_PER_OUTAGE;
    if (random() < 0.5) {
      onFault('server killed');
      await campus.kill();
      await sleep(random() * 300);
      await campus.restart();
    } else {
      onFault('database killed');
      await killDatabase(campus.data);
    }
  }
}

interface Settled extends Verdict {
  readonly undelivered: number;
}

/** The next visit, on a good line: everything is delivered; then the LRS is asked what it has. */
async function settle(learner: Learner, campus: Campus): Promise<Settled> {
  let undelivered = await learner.deliverAll();
  for (let visit = 1; visit < 10 && undelivered > 0; visit++) {
    await sleep(500);
    undelivered = await learner.deliverAll();
  }
  return { ...learner.ledger.verdict(await allStatements(campus, { registration: learner.registration })), undelivered };
}

function summary(verdicts: readonly Settled[]) {
  const of = (name: Exclude<keyof Settled, 'details'>): number => verdicts.reduce((all, verdict) => all + verdict[name], 0);
  const figures = {
    statements: of('calls'),
    stored: of('stored'),
    lostDurable: of('lostDurable'),
    lostJournaled: of('lostJournaled'),
    duplicated: of('duplicated'),
    reordered: of('reordered'),
    undelivered: of('undelivered'),
    setAsideAndRetriedByHand: of('setAside'),
    callsWithoutReceipt: of('withoutReceipt'),
    callsWithoutReceiptArrived: of('withoutReceiptArrived'),
    callsNobodyHeardOfArrived: of('unheard'),
    journaledOnlyAtBrowserKill: of('onlyJournaled'),
    journaledOnlyArrived: of('onlyJournaledArrived'),
  };
  const { lostDurable, lostJournaled, duplicated, reordered, undelivered } = figures;
  const broken = lostDurable + lostJournaled + duplicated + reordered + undelivered > 0;
  return { ...figures, broken, ...(broken ? { details: verdicts.flatMap(({ details }) => details).slice(0, 50) } : {}) };
}

function named(map: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...map].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}
