import type { Activity, Statement, SubStatement } from '@lectern/core';
import { asArray, collectReferences } from '../lrs/references.js';
import type { ForwardingFilter } from './target.js';

/** What courses are, at this moment, in the words of statements. */
export interface CourseScope {
  /** Activity IRIs of the courses. */
  readonly activities: ReadonlySet<string>;
  /** Whether a registration is for one of the courses. */
  readonly hasRegistration: (registration: string) => boolean;
}

export interface FilterScopes {
  readonly courses?: CourseScope;
  readonly creditBearing?: CourseScope;
}

/** Whether a statement by itself answers the filter; what refers to it, the caller follows. */
export function matchesFilter(statement: Statement, filter: ForwardingFilter, scopes: FilterScopes): boolean {
  const registration = statement.context?.registration?.toLowerCase();
  const { relatedActivities } = collectReferences(statement);
  const inScope = (scope: CourseScope): boolean =>
    (registration !== undefined && scope.hasRegistration(registration)) || relatedActivities.some(({ id }) => scope.activities.has(id));
  return (
    (!filter.verbs || filter.verbs.includes(statement.verb.id)) &&
    (!filter.activities || relatedActivities.some(({ id }) => filter.activities!.some((pattern) => matchesPattern(id, pattern)))) &&
    (!filter.profiles || categoriesOf(statement).some((id) => filter.profiles!.includes(id))) &&
    (!filter.registrations || (registration !== undefined && filter.registrations.includes(registration))) &&
    (!scopes.courses || inScope(scopes.courses)) &&
    (!scopes.creditBearing || inScope(scopes.creditBearing))
  );
}

export const isFiltering = (filter: ForwardingFilter): boolean => Object.values(filter).some((value) => value !== undefined && value !== false);

const matchesPattern = (id: string, pattern: string): boolean => (pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern);

function categoriesOf({ context, object }: Statement | SubStatement): string[] {
  const category = context?.contextActivities?.category as Activity | readonly Activity[] | undefined;
  const own = category === undefined ? [] : asArray(category).map(({ id }) => id);
  return object.objectType === 'SubStatement' ? [...own, ...categoriesOf(object)] : own;
}
