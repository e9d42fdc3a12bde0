import { newUuid, type Activity, type Agent, type Context } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import { readActor } from '../xapi/read-actor.js';
import { LaunchParameters } from './launch-parameters.js';

/** What an LMS writes into the address of content that it launches with xAPI (Rustici's launch guideline). */
export interface XapiLaunch {
  /** Absolute URL of the LRS. */
  readonly endpoint: string;
  /** The `Authorization` header. */
  readonly authorization: string;
  readonly actor: Agent;
  /** UUID. Absent: the LMS keeps none, and one is made here. */
  readonly registration?: string;
  /** What the LMS calls what it has launched. Absent: by the course's own id. */
  readonly activityId?: string;
  /** The activity that all of it belongs to, where the LMS names one. */
  readonly grouping?: string;
}

const CLAUSE = 'Tin Can launch guideline, Launch Parameters';
const NAMES = ['endpoint', 'auth', 'actor'];

const parametersOf = (view: Window): LaunchParameters => new LaunchParameters(view.location.search, CLAUSE);

export const isXapiLaunch = (view: Window | undefined): boolean => view !== undefined && parametersOf(view).has(...NAMES);

export function explainXapiLaunch(view: Window | undefined): string {
  if (!view) return 'There is no window here.';
  const missing = NAMES.filter((name) => !parametersOf(view).has(name));
  if (missing.length === 0) return 'The page’s address is an xAPI launch.';
  return missing.length === NAMES.length ? 'The page’s address has no xAPI launch.' : `The page’s address has no xAPI launch: ${missing.join(', ')} missing.`;
}

/**
 * @param allowed origins that `endpoint` may have; absent: any
 * @throws DeliveryError `launch-invalid` with the parameter as its `field`
 */
export function readXapiLaunch(view: Window, allowed?: readonly string[]): XapiLaunch {
  const given = parametersOf(view);
  const endpoint = given.url('endpoint', view.location.href, allowed);
  const authorization = readAuthorization(given.required('auth'));
  const registration = given.registration();
  const grouping = given.optional('grouping');
  return {
    endpoint,
    authorization,
    actor: given.actor(readEarlyActor),
    ...(registration === undefined ? {} : { registration }),
    ...(given.has('activity_id') && given.optional('activity_id') !== undefined ? { activityId: given.activity('activity_id') } : {}),
    ...(grouping !== undefined && /^[a-z][a-z\d+.-]*:\S+$/i.test(grouping) ? { grouping } : {}),
  };
}

/** Goes into a header as it is: Basic or Bearer, or the bare Base64 that some LMSs give. */
function readAuthorization(value: string): string {
  const match = /^(?:(basic|bearer) )?([\w\-.~+/]+=*)$/i.exec(value.trim());
  if (!match) throw new DeliveryError('launch-invalid', '"auth" is no Authorization header.', { field: 'auth', clause: CLAUSE });
  return `${(match[1] ?? 'Basic').toLowerCase() === 'bearer' ? 'Bearer' : 'Basic'} ${match[2]}`;
}

/** Launches in the manner of Tin Can 0.9 write lists, and accounts with other names for their members. */
function readEarlyActor(value: unknown): Agent {
  if (!isObject(value)) return readActor(value);
  const first = (given: unknown): unknown => (Array.isArray(given) ? (given as unknown[])[0] : given);
  const { objectType, account: accounts, ...rest } = value;
  const account = first(accounts);
  // Many identifiers were one person then; a statement takes one.
  const others = Object.entries(rest).filter(([name]) => account === undefined || name === 'name');
  const names = Object.fromEntries(others.map(([name, given]) => [name, first(given)]));
  const actor: Record<string, unknown> = { ...names, ...(objectType === 'Person' || objectType === undefined ? {} : { objectType }) };
  if (isObject(account)) actor['account'] = { homePage: account['homePage'] ?? account['accountServiceHomePage'], name: account['name'] ?? account['accountName'] };
  return readActor(actor);
}

/** The same for the same learner and launch in this browser, where the LMS gives none. */
export function registrationOf(launch: XapiLaunch, courseId: string, storage: Pick<Storage, 'getItem' | 'setItem'> | undefined): string {
  if (launch.registration !== undefined) return launch.registration;
  const { name: _name, ...who } = launch.actor;
  const key = `lectern.registration ${JSON.stringify([launch.endpoint, who, launch.activityId ?? courseId])}`;
  try {
    const known = storage?.getItem(key);
    if (known && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(known)) return known;
    const made = newUuid();
    storage?.setItem(key, made);
    return made;
  } catch {
    return newUuid();
  }
}

/** What every statement of a launch belongs to. */
export const launchContext = ({ grouping }: XapiLaunch, activityId: string): Context => ({
  contextActivities: { grouping: [...new Set([activityId, ...(grouping === undefined ? [] : [grouping])])].map((id): Activity => ({ objectType: 'Activity', id })) },
});

/** Where a registration is kept that the LMS does not give. Reading it throws where it is forbidden. */
export function storageOf(view: Window): Storage | undefined {
  try {
    return view.localStorage;
  } catch {
    return undefined;
  }
}
