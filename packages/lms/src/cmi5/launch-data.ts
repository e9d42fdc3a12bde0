import type { Context, LaunchMode, StateContent } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import { readHttpUrl } from '../xapi/launch.js';

export type MoveOn = 'Passed' | 'Completed' | 'CompletedAndPassed' | 'CompletedOrPassed' | 'NotApplicable';

const MOVE_ON: readonly unknown[] = ['Passed', 'Completed', 'CompletedAndPassed', 'CompletedOrPassed', 'NotApplicable'];

/** The state document `LMS.LaunchData` (cmi5 10.2). */
export interface Cmi5LaunchData {
  readonly contextTemplate: Context;
  readonly launchMode: LaunchMode;
  readonly launchParameters?: string;
  /** 0 to 1. */
  readonly masteryScore?: number;
  readonly moveOn: MoveOn;
  /** http(s). */
  readonly returnURL?: string;
  readonly entitlementKey?: StateContent;
}

const invalid = (field: string, message: string, clause: string): DeliveryError => new DeliveryError('launch-invalid', message, { file: 'LMS.LaunchData', field, clause });

/** @throws DeliveryError `launch-invalid` with the member as its `field` */
export function readLaunchData(document: StateContent | undefined, page: string): Cmi5LaunchData {
  if (!document) throw invalid('', 'The LMS has no launch data for this session.', 'cmi5 10.1');
  const { contextTemplate, launchMode, launchParameters, masteryScore, moveOn, returnURL, entitlementKey } = document;
  if (!isObject(contextTemplate)) throw invalid('contextTemplate', 'The launch data has no context template.', 'cmi5 10.2.1');
  const sessionId = isObject(contextTemplate['extensions']) ? contextTemplate['extensions']['https://w3id.org/xapi/cmi5/context/extensions/sessionid'] : undefined;
  if (typeof sessionId !== 'string' || sessionId === '') throw invalid('contextTemplate.extensions', 'The context template has no session id.', 'cmi5 10.2.1');
  if (launchMode !== 'Normal' && launchMode !== 'Browse' && launchMode !== 'Review') throw invalid('launchMode', 'There is no such launch mode.', 'cmi5 10.2.2');
  // Absent or null in launch data of LMSs that write out every member.
  const mastery = masteryScore ?? undefined;
  if (mastery !== undefined && !(typeof mastery === 'number' && mastery >= 0 && mastery <= 1)) throw invalid('masteryScore', 'The mastery score is not from 0 to 1.', 'cmi5 10.2.4');
  if (moveOn !== undefined && !MOVE_ON.includes(moveOn)) throw invalid('moveOn', 'There is no such moveOn.', 'cmi5 10.2.5');
  return {
    contextTemplate: contextTemplate as Context,
    launchMode,
    moveOn: (moveOn as MoveOn | undefined) ?? 'NotApplicable',
    ...(typeof launchParameters === 'string' ? { launchParameters } : {}),
    ...(mastery === undefined ? {} : { masteryScore: mastery }),
    ...wayBack(returnURL, page),
    ...(isObject(entitlementKey) ? { entitlementKey } : {}),
  };
}

/** Without a way back that could be gone the learner learns all the same. */
function wayBack(value: unknown, page: string): { readonly returnURL?: string } {
  try {
    return typeof value === 'string' && value !== '' ? { returnURL: readHttpUrl(value, 'returnURL', page) } : {};
  } catch {
    return {};
  }
}

/** The agent profile document `cmi5LearnerPreferences` (cmi5 11). */
export interface Cmi5Preferences {
  /** BCP 47, the most wanted first. */
  readonly languages: readonly string[];
  readonly audio?: 'on' | 'off';
}

/** What is wrong in it, is not there: preferences are nothing to fail for. */
export function readPreferences(document: StateContent | undefined): Cmi5Preferences {
  const { languagePreference, audioPreference } = document ?? {};
  const languages = typeof languagePreference === 'string' ? languagePreference.split(',').map((tag) => tag.trim()).filter((tag) => /^[a-z\d]{1,8}(?:-[a-z\d]{1,8})*$/i.test(tag)) : [];
  return { languages, ...(audioPreference === 'on' || audioPreference === 'off' ? { audio: audioPreference } : {}) };
}
