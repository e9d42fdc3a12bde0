import type { NavigationRequest } from '@lectern/core';
import type { CmiTree, ScormVersion } from './protocol.js';
import { createInner, type InnerApi } from './scorm-again.js';

/** Characters the standards grant to suspend data (STANDARDS: 1.2 RTE 3.4.4, 2004 RTE 4.2.21). More is taken, and told. */
export const SUSPEND_DATA_LIMIT: Readonly<Record<ScormVersion, number>> = { '1.2': 4096, '2004': 64_000 };

/** What scorm-again itself takes, in both versions. */
const INNER_LIMIT = 64_000;

const CALLS = {
  '1.2': {
    initialize: 'LMSInitialize', terminate: 'LMSFinish', get: 'LMSGetValue', set: 'LMSSetValue', commit: 'LMSCommit',
    lastError: 'LMSGetLastError', errorString: 'LMSGetErrorString', diagnostic: 'LMSGetDiagnostic',
    global: 'API', general: 101, commitFailed: 101, notInitialized: 301,
  },
  '2004': {
    initialize: 'Initialize', terminate: 'Terminate', get: 'GetValue', set: 'SetValue', commit: 'Commit',
    lastError: 'GetLastError', errorString: 'GetErrorString', diagnostic: 'GetDiagnostic',
    global: 'API_1484_11', general: 101, commitFailed: 391, notInitialized: 122,
  },
} as const;

export interface ScormModelHooks {
  initialized(): void;
  /** A value was set. Called often. */
  changed(): void;
  /** @returns whether the model is safe; only then the SCO hears "true" */
  commit(cmi: CmiTree, terminating: boolean): boolean;
  terminated(): void;
  navigate(request: NavigationRequest): void;
  longSuspendData(length: number): void;
}

/** A running SCORM API, hydrated: the first `GetValue` after `Initialize` is right. */
export interface ScormModel {
  /** `API` or `API_1484_11`. */
  readonly global: string;
  readonly api: Readonly<Record<string, unknown>>;
  readonly running: boolean;
  snapshot(): CmiTree;
}

/**
 * The SCORM API that a SCO finds, by scorm-again, with what a truthful host does differently: nothing is sent anywhere, `Commit` and
 * `Terminate` answer what the journal says, suspend data is never cut, and after `LMSFinish` no call pretends to work.
 */
export async function createScormModel(version: ScormVersion, hydrated: CmiTree, hooks: ScormModelHooks): Promise<ScormModel> {
  const calls = CALLS[version];
  const total = hydrated['total_time'] ?? (hydrated['core'] as CmiTree | undefined)?.['total_time'];
  let longSuspendData: string | undefined;
  let forcedError: number | undefined;
  /** What this session's SCO has set of the two values that decide its end. */
  const said: { status?: true; exit?: string } = {};

  const complete = (cmi: CmiTree): CmiTree => {
    const full: CmiTree = longSuspendData === undefined ? cmi : { ...cmi, suspend_data: longSuspendData };
    // scorm-again adds the session up in some commits and leaves the total out of others; the sum is made once, at the next launch.
    // The learner's name is lent to the content and handed anew with each launch: what is kept, here or in the record, does without it.
    return version === '1.2'
      ? { ...full, core: { ...(full['core'] as CmiTree), total_time: total, student_name: undefined } }
      : { ...full, total_time: total, learner_name: undefined };
  };

  const inner: InnerApi = await createInner(version, (cmi, terminating) => {
    const safe = hooks.commit(complete(cmi), terminating);
    return safe ? { result: 'true', errorCode: 0 } : { result: 'false', errorCode: calls.commitFailed };
  });
  const suspended = hydrated['suspend_data'];
  if (typeof suspended === 'string' && suspended.length > INNER_LIMIT) longSuspendData = suspended;
  inner.loadFromJSON(longSuspendData === undefined ? hydrated : { ...hydrated, suspend_data: longSuspendData.slice(0, INNER_LIMIT) }, 'cmi');
  for (const [event, request] of NAVIGATION) inner.on(event, (_element: unknown, target: unknown) => hooks.navigate({ request, ...(typeof target === 'string' && target ? { target } : {}) }));

  /** A SCO must never meet an exception of ours, and after `LMSFinish` SCORM 1.2 knows no session (RTE 3.3.2). */
  const call = (name: string, fallback: string, run: () => string): string => {
    forcedError = undefined;
    if (version === '1.2' && inner.isTerminated() && name !== calls.initialize) {
      forcedError = calls.notInitialized;
      return fallback;
    }
    try {
      return run();
    } catch {
      forcedError = calls.general;
      return fallback;
    }
  };

  const setSuspendData = (element: string, value: string): string => {
    const result = inner[calls.set]!(element, value.slice(0, INNER_LIMIT));
    if (result !== 'true') return result;
    longSuspendData = value.length > INNER_LIMIT ? value : undefined;
    if (value.length > SUSPEND_DATA_LIMIT[version]) hooks.longSuspendData(value.length);
    return result;
  };

  const api = {
    [calls.initialize]: (parameter: unknown = '') =>
      call(calls.initialize, 'false', () => {
        const result = inner[calls.initialize]!(parameter);
        if (result === 'true') hooks.initialized();
        return result;
      }),
    [calls.terminate]: (parameter: unknown = '') =>
      call(calls.terminate, 'false', () => {
        const undo = version === '1.2' && inner.isInitialized() && parameter === '' ? settleStatus12(inner, said.status !== true && said.exit !== 'suspend') : undefined;
        const before = inner.isTerminated();
        const result = inner[calls.terminate]!(parameter);
        if (result === 'true' && !before) hooks.terminated();
        if (result !== 'true') undo?.();
        return result;
      }),
    [calls.get]: (element: unknown) =>
      call(calls.get, '', () => {
        const value = inner[calls.get]!(element);
        return element === 'cmi.suspend_data' && longSuspendData !== undefined && value !== '' ? longSuspendData : value;
      }),
    [calls.set]: (element: unknown, value: unknown) =>
      call(calls.set, 'false', () => {
        const text = value === undefined || value === null ? value : String(value as string);
        const result = element === 'cmi.suspend_data' && typeof text === 'string' ? setSuspendData(element, text) : inner[calls.set]!(element, text);
        if (result === 'true') {
          if (element === 'cmi.core.lesson_status') said.status = true;
          if (element === 'cmi.core.exit') said.exit = String(text);
          hooks.changed();
        }
        return result;
      }),
    [calls.commit]: (parameter: unknown = '') => call(calls.commit, 'false', () => inner[calls.commit]!(parameter)),
    [calls.lastError]: () => (forcedError === undefined ? inner[calls.lastError]!() : String(forcedError)),
    [calls.errorString]: (code: unknown) => inner[calls.errorString]!(String((code as string | undefined) ?? '')),
    [calls.diagnostic]: (code: unknown) => inner[calls.diagnostic]!(String((code as string | undefined) ?? '')),
    ...(version === '2004' ? { version: '1.0' } : {}),
  };

  return {
    global: calls.global,
    api,
    get running() {
      return inner.isInitialized();
    },
    snapshot: () => complete((JSON.parse(inner.renderCMIToJSONString()) as { cmi: CmiTree }).cmi),
  };
}

/** scorm-again's events after `Terminate`, and what they stand for. */
const NAVIGATION = [
  ['SequenceNext', 'continue'],
  ['SequencePrevious', 'previous'],
  ['SequenceChoice', 'choice'],
  ['SequenceJump', 'jump'],
  ['SequenceExit', 'exit'],
  ['SequenceExitAll', 'exitAll'],
  ['SequenceAbandon', 'abandon'],
  ['SequenceAbandonAll', 'abandonAll'],
  ['SequenceSuspendAll', 'suspendAll'],
] as const;

/**
 * SCORM 1.2 RTE 3.4.4, lesson_status: a SCO that finishes without having set it is completed; then, for credit and with a mastery score, the raw
 * score decides between passed and failed. A SCO that suspends, or calls itself incomplete, is left at its word: it was put aside, not judged.
 * @returns undoes it, should finishing fail
 */
function settleStatus12(inner: InnerApi, silent: boolean): () => void {
  const { core, student_data: data } = inner.cmi as { core: Record<string, unknown> & { score: { raw: string } }; student_data: { mastery_score: string } };
  const before = core['lesson_status'];
  if (core['lesson_mode'] === 'normal' || core['lesson_mode'] === '') {
    if (silent && before === 'not attempted') core['lesson_status'] = 'completed';
    const raw = Number.parseFloat(core.score.raw);
    const mastery = Number.parseFloat(data.mastery_score);
    const judged = ['completed', 'passed', 'failed'].includes(String(core['lesson_status']));
    if (judged && core['credit'] !== 'no-credit' && Number.isFinite(raw) && Number.isFinite(mastery)) {
      core['lesson_status'] = raw >= mastery ? 'passed' : 'failed';
    }
  }
  return () => {
    core['lesson_status'] = before;
  };
}
