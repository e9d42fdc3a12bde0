import type { Criteria, FilterName } from './filters.js';

export interface QueryOptions {
  /** Statements in one answer, at most. */
  readonly limit: number;
  readonly ascending: boolean;
}

/** Which of the filters a record store looks for itself (xAPI Communication 2.1.3), and which are left to us. */
export function divide(criteria: Criteria): { readonly atStore: readonly FilterName[]; readonly here: readonly FilterName[] } {
  const atStore: FilterName[] = [];
  const here: FilterName[] = [];
  for (const name of ['learner', 'verb', 'activity'] as const) {
    const wanted = criteria[name];
    if (wanted) ('exact' in wanted ? atStore : here).push(name);
  }
  for (const name of ['registration', 'since', 'until'] as const) if (criteria[name] !== undefined) atStore.push(name);
  if (criteria.receipt !== undefined) here.push('receipt');
  return { atStore, here };
}

/** The query of `GET statements`. */
export function toQuery(criteria: Criteria, { limit, ascending }: QueryOptions): URLSearchParams {
  const { learner, verb, activity, registration, since, until, relatedActivities } = criteria;
  const query = new URLSearchParams({ limit: String(limit) });
  if (learner?.identifier !== undefined) query.set('agent', learner.identifier);
  if (verb && 'exact' in verb) query.set('verb', verb.exact);
  if (activity && 'exact' in activity) {
    query.set('activity', activity.exact);
    if (relatedActivities) query.set('related_activities', 'true');
  }
  if (registration !== undefined) query.set('registration', registration);
  if (since !== undefined) query.set('since', new Date(since).toISOString());
  if (until !== undefined) query.set('until', new Date(until).toISOString());
  if (ascending) query.set('ascending', 'true');
  return query;
}
