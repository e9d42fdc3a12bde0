import type { Agent, LaunchMode, OutcomeReport, StateContent, StateKey } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import { readHttpUrl } from '../xapi/launch.js';
import { readActor } from '../xapi/read-actor.js';

/** What a platform of one's own says when its learner opens a course. */
export interface PlatformSession {
  readonly learner: Agent;
  /** UUID: the same for the same learner and course, for as long as their work is one attempt. */
  readonly registration: string;
  readonly launchMode: LaunchMode;
  /** http(s). */
  readonly returnUrl?: string;
}

/** What content needs from a platform, however it is reached. Each is asked again after a fault, and doing it twice must change nothing. */
export interface Platform {
  /** @returns the ids that are stored now, those that were there before included */
  store(statements: readonly string[], ids: readonly string[], keepalive: boolean): Promise<readonly unknown[]>;
  load(key: StateKey, timeout?: number): Promise<StateContent | undefined>;
  save(key: StateKey, content: StateContent, mode: 'merge' | 'replace', keepalive: boolean): Promise<void>;
  report(outcome: OutcomeReport, keepalive: boolean): Promise<void>;
  /** Ends each request on its way as soon as it has been without an answer for so many milliseconds. */
  giveUp?(after: number): void;
}

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('launch-invalid', message, { field });

/** @throws DeliveryError `launch-invalid` with the `field` */
export function readPlatformSession(answer: unknown, base: string): PlatformSession {
  if (!isObject(answer)) throw invalid('', 'The platform’s session is not an object.');
  const { registration, launchMode = 'Normal', returnUrl } = answer;
  let learner: Agent;
  try {
    learner = readActor(answer['learner']);
  } catch (error) {
    const { field = '', message } = error as DeliveryError;
    throw invalid(field.replace(/^actor/, 'learner'), message);
  }
  if (typeof registration !== 'string' || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(registration)) throw invalid('registration', 'The registration is not a UUID.');
  if (launchMode !== 'Normal' && launchMode !== 'Browse' && launchMode !== 'Review') throw invalid('launchMode', 'There is no such launch mode (cmi5 10.2.2).');
  return { learner, registration: registration.toLowerCase(), launchMode, ...(returnUrl == null ? {} : { returnUrl: readHttpUrl(returnUrl, 'returnUrl', base) }) };
}
