import type { Db } from '../database/database.js';
import type { Family } from '../operations/metrics.js';
import type { TargetStore } from './target-store.js';
import { lagOf } from './target-view.js';

/** How each target does, from the database: every process tells the same. Labels are the target's name and the tenant's number. */
export async function forwardingFamilies(db: Db, store: TargetStore): Promise<Family[]> {
  const targets = await store.list();
  if (targets.length === 0) return [];
  const rows = await Promise.all(targets.map(async (target) => ({ target, lag: await lagOf(db, target), labels: `tenant="${target.tenantId}",target="${target.name}"` })));
  const gauge = (name: string, help: string, value: (row: (typeof rows)[number]) => number): Family => ({ name, type: 'gauge', help, samples: rows.map((row) => [`{${row.labels}}`, value(row)]) });
  return [
    gauge('lectern_forwarding_lag_statements', 'Statements stored and not yet looked at for the target, at most 100000.', ({ lag }) => lag.statements),
    gauge('lectern_forwarding_lag_seconds', 'Age of the oldest of them.', ({ lag }) => lag.seconds),
    gauge('lectern_forwarding_set_aside', 'Statements that the target would not take.', ({ lag }) => lag.setAside),
    gauge('lectern_forwarding_paused', '1 while the target waits for somebody.', ({ target }) => (target.paused ? 1 : 0)),
    gauge('lectern_forwarding_failures', 'Failures in a row.', ({ target }) => target.failures),
    {
      name: 'lectern_forwarding_statements_total', type: 'counter', help: 'Statements the target has taken, and those its filter left out.',
      samples: rows.flatMap(({ target, labels }): [string, number][] => [[`{${labels},outcome="delivered"}`, target.delivered], [`{${labels},outcome="filtered"}`, target.filtered]]),
    },
  ];
}
