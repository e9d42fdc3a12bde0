import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import type { Log } from '../log.js';
import { backoff } from './backoff.js';
import { deliver } from './deliver.js';
import type { HttpClient } from './http-client.js';
import { toOutgoing } from './outgoing.js';
import type { Outcome, Refusal, TargetLine } from './post-statements.js';
import { advance, pause, postpone, refusesEverything, settleRetry, TargetMoved } from './progress.js';
import { selectNext, selectRetries } from './select-statements.js';
import type { ForwardingTarget } from './target.js';
import type { TargetStore } from './target-store.js';

export interface DrainServices {
  readonly db: Db;
  readonly store: TargetStore;
  readonly client: HttpClient;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Sends one target what it lacks, until it has everything, has to wait, or `signal` ends it. The caller holds the target's lock. */
export async function drainTarget(services: DrainServices, { tenantId, id }: Pick<ForwardingTarget, 'tenantId' | 'id'>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const target = await services.store.find(tenantId, id);
    if (!target || target.paused || (target.failures > 0 && target.nextAttemptAt.getTime() > Date.now())) return;
    try {
      if (!(await drainOnce(services, target, signal))) return;
    } catch (error) {
      if (error instanceof TargetMoved) continue; // look again
      const fault: Refusal = { code: 'internal', message: 'This server could not go on; its log says why.' };
      await postpone(services.db, target, fault, backoff(target.failures + 1, undefined, services.random)).catch(() => undefined);
      throw error;
    }
  }
}

/** @returns whether there may be more to do now */
async function drainOnce(services: DrainServices, target: ForwardingTarget, signal: AbortSignal): Promise<boolean> {
  const { db, log } = services;
  if (refusesEverything(target)) {
    await pause(db, target, 'refuses-everything');
    log.error('forwarding paused', { target: target.name, reason: 'refuses-everything' });
    return false;
  }
  const line = await openLine(services, target, signal);
  if (!line) return false;
  const retries = await selectRetries(db, target);
  const { seqs, chosen } = retries.length > 0 ? { seqs: [], chosen: retries } : await selectNext(db, target);
  const outgoing = chosen.map(({ seq, statement }) => toOutgoing(seq, statement, target, line.secrets));
  const isChosen = new Set(chosen.map(({ seq }) => seq));
  let cursor = target.cursor;
  const passedOver = (to: number): number => seqs.filter((seq) => seq > cursor && seq <= to && !isChosen.has(seq)).length;
  const ended = await deliver(db, line, outgoing, async (group, fault) => {
    if (retries.length > 0) return settleRetry(db, target, group, fault);
    const to = group.at(-1)!.seq;
    await advance(db, target, { from: cursor, to, delivered: fault ? 0 : group.length, filtered: passedOver(to), ...(fault ? { setAside: { statement: group[0]!, fault } } : {}) });
    cursor = to;
  });
  // What was settled on the way has ended the failures before.
  if (ended) return interrupted(services, cursor > target.cursor ? { ...target, failures: 0 } : target, ended, signal);
  const end = seqs.at(-1);
  if (end !== undefined && end > cursor) await advance(db, target, { from: cursor, to: end, delivered: 0, filtered: passedOver(end) });
  return seqs.length > 0 || retries.length > 0;
}

async function openLine({ db, store, client, log }: DrainServices, target: ForwardingTarget, signal: AbortSignal): Promise<TargetLine | undefined> {
  try {
    return { target, secrets: await store.secretsOf(target), client, signal };
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== 'secret-unreadable') throw error;
    await pause(db, target, 'secret-unreadable', { code: 'secret-unreadable', message: error.message });
    log.error('forwarding paused', { target: target.name, reason: 'secret-unreadable' });
    return undefined;
  }
}

async function interrupted({ db, log, random }: DrainServices, target: ForwardingTarget, ended: Extract<Outcome, { kind: 'later' | 'stop' }>, signal: AbortSignal): Promise<false> {
  if (signal.aborted) return false; // the server is closing: not the target's fault
  const { code, status } = ended.fault;
  if (ended.kind === 'stop') {
    await pause(db, target, 'unauthorized', ended.fault);
    log.error('forwarding paused', { target: target.name, reason: 'unauthorized', status });
  } else {
    await postpone(db, target, ended.fault, backoff(target.failures + 1, ended.retryAfter, random));
    // The first time is news; the metrics tell the rest.
    if (target.failures === 0) log.error('forwarding waits', { target: target.name, code, status });
  }
  return false;
}
