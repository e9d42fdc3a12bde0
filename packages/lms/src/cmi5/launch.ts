import type { Agent } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { LaunchParameters } from '../xapi-launch/launch-parameters.js';

/** What an LMS writes into an AU's address (cmi5 8.1). */
export interface Cmi5Launch {
  /** Absolute URL of the LRS. */
  readonly endpoint: string;
  /** Absolute URL where the session's token is, once. */
  readonly fetchUrl: string;
  /** By an account (cmi5 9.2). */
  readonly actor: Agent;
  /** UUID. */
  readonly registration: string;
  /** The AU, by the id the LMS has given it. */
  readonly activityId: string;
}

const CLAUSE = 'cmi5 8.1';
const NAMES = ['endpoint', 'fetch', 'actor', 'registration', 'activityId'];

const parametersOf = (view: Window): LaunchParameters => new LaunchParameters(view.location.search, CLAUSE);

/** All five are there; whether they are right is another question, and an answer for people. */
export const isCmi5Launch = (view: Window | undefined): boolean => view !== undefined && parametersOf(view).has(...NAMES);

export function explainCmi5(view: Window | undefined): string {
  if (!view) return 'There is no window here.';
  const missing = NAMES.filter((name) => !parametersOf(view).has(name));
  if (missing.length === 0) return 'The page’s address is a cmi5 launch.';
  return missing.length === NAMES.length ? 'The page’s address has no cmi5 launch.' : `The page’s address has no cmi5 launch: ${missing.join(', ')} missing.`;
}

/**
 * @param allowed origins that `endpoint` and `fetch` may have; absent: any
 * @throws DeliveryError `launch-invalid` with the parameter as its `field`
 */
export function readCmi5Launch(view: Window, allowed?: readonly string[]): Cmi5Launch {
  const given = parametersOf(view);
  const page = view.location.href;
  const endpoint = given.url('endpoint', page, allowed);
  const fetchUrl = given.url('fetch', page, allowed);
  const actor = given.actor();
  if (!actor.account) throw new DeliveryError('launch-invalid', 'A learner of cmi5 is known by an account.', { field: 'actor.account', clause: 'cmi5 9.2' });
  given.required('registration');
  return { endpoint, fetchUrl, actor, registration: given.registration()!, activityId: given.activity('activityId') };
}
