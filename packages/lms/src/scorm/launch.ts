import { newUuid, type Agent, type LaunchMode } from '@lectern/core';
import { totalSeconds } from './outcome-elements.js';
import { lmsFault, type ScormCalls, type ScormVersion } from './scorm-calls.js';

/** What the LMS says when content is launched. */
export interface ScormLaunch {
  readonly learner: Agent;
  /** The learner as the LMS names them; empty where it does not. */
  readonly learnerId: string;
  readonly launchMode: LaunchMode;
  readonly suspendData: string;
  /** Seconds of the launches before this one; `undefined` where the LMS does not say. */
  readonly totalTime: number | undefined;
  /** It keeps objectives, and interactions: both are optional in SCORM 1.2 (RTE 3.4.2). */
  readonly objectives: boolean;
  readonly interactions: boolean;
  readonly interactionCount: number;
  /** Objectives that are there, by id, with their number. */
  readonly knownObjectives: Map<string, number>;
}

interface ElementNames {
  readonly learnerId: string;
  readonly learnerName: string;
  readonly mode: string;
  readonly status: string;
  readonly exit: string;
  readonly location: string;
  readonly totalTime: string;
}

export const ELEMENTS: Readonly<Record<ScormVersion, ElementNames>> = {
  '1.2': {
    learnerId: 'cmi.core.student_id', learnerName: 'cmi.core.student_name', mode: 'cmi.core.lesson_mode', status: 'cmi.core.lesson_status', exit: 'cmi.core.exit',
    location: 'cmi.core.lesson_location', totalTime: 'cmi.core.total_time',
  },
  '2004': {
    learnerId: 'cmi.learner_id', learnerName: 'cmi.learner_name', mode: 'cmi.mode', status: 'cmi.completion_status', exit: 'cmi.exit', location: 'cmi.location',
    totalTime: 'cmi.total_time',
  },
};

/** Objectives and interactions that are looked at; an LMS that counts wrong ends the loop all the same. */
const MOST = 2_000;

/**
 * Opens the communication session and reads what the LMS knows.
 * @param homePage what tells this LMS's learners from others' (`Agent.account.homePage`)
 * @throws DeliveryError `lms-refused`, `lms-gone`
 */
export function readLaunch(calls: ScormCalls, homePage: string): ScormLaunch {
  const names = ELEMENTS[calls.version];
  const opened = calls.initialize();
  const mode = calls.get(names.mode);
  // Some LMSs initialize by themselves, and call a second time an error (2004: 103; 1.2: 101): what answers is open.
  if (!opened.ok && !(mode.ok && mode.value !== '')) {
    throw lmsFault(opened.gone ? 'lms-gone' : 'lms-refused', `The LMS did not begin the session: ${calls.describe(opened)}`, 'Initialize');
  }
  const learnerId = calls.get(names.learnerId).value;
  const name = calls.get(names.learnerName).value;
  const count = (element: string): number => Math.min(MOST, Number.parseInt(calls.get(element).value, 10) || 0);
  const has = (element: string): boolean => calls.get(`${element}._children`).value !== '';
  const knownObjectives = new Map<string, number>();
  const objectives = has('cmi.objectives');
  if (objectives) for (let index = count('cmi.objectives._count') - 1; index >= 0; index--) knownObjectives.set(calls.get(`cmi.objectives.${index}.id`).value, index);
  const interactions = has('cmi.interactions');
  return {
    learner: { objectType: 'Agent', account: { homePage, name: learnerId || `anonymous-${newUuid()}` }, ...(name ? { name } : {}) },
    learnerId,
    launchMode: mode.value === 'browse' ? 'Browse' : mode.value === 'review' ? 'Review' : 'Normal',
    suspendData: calls.get('cmi.suspend_data').value,
    totalTime: totalSeconds(calls.get(names.totalTime).value, calls.version),
    objectives,
    interactions,
    interactionCount: interactions ? count('cmi.interactions._count') : 0,
    knownObjectives,
  };
}
