import type { CmiTree } from './protocol.js';
import { createInner, type InnerApi } from './scorm-again.js';
import { SUSPEND_DATA_LIMIT, type ScormModel, type ScormModelHooks } from './scorm-model.js';

/** What scorm-again itself takes. */
const INNER_LIMIT = 64_000;

const CALLS = {
  initialize: 'LMSInitialize', terminate: 'LMSFinish', get: 'LMSGetValue', set: 'LMSSetValue', commit: 'LMSCommit',
  lastError: 'LMSGetLastError', errorString: 'LMSGetErrorString', diagnostic: 'LMSGetDiagnostic',
} as const;

const GENERAL = 101;
const NOT_INITIALIZED = 301;

/**
 * The API of SCORM 1.2, by scorm-again, with what a truthful host does differently: nothing is sent anywhere, `Commit` and
 * `Terminate` answer what the journal says, suspend data is never cut, and after `LMSFinish` no call pretends to work.
 */
export async function createScorm12(hydrated: CmiTree, hooks: ScormModelHooks): Promise<ScormModel> {
  const total = (hydrated['core'] as CmiTree | undefined)?.['total_time'];
  let longSuspendData: string | undefined;
  let forcedError: number | undefined;
  /** What this session's SCO has set of the two values that decide its end. */
  const said: { status?: true; exit?: string } = {};

  const complete = (cmi: CmiTree): CmiTree => {
    const full: CmiTree = longSuspendData === undefined ? cmi : { ...cmi, suspend_data: longSuspendData };
    // scorm-again adds the session up in some commits and leaves the total out of others; the sum is made once, at the next launch.
    // The learner's name is lent to the content and handed anew with each launch: what is kept, here or in the record, does without it.
    return { ...full, core: { ...(full['core'] as CmiTree), total_time: total, student_name: undefined } };
  };

  const inner: InnerApi = await createInner((cmi, terminating) => {
    const safe = hooks.commit(complete(cmi), terminating);
    return safe ? { result: 'true', errorCode: 0 } : { result: 'false', errorCode: GENERAL };
  });
  const suspended = hydrated['suspend_data'];
  if (typeof suspended === 'string' && suspended.length > INNER_LIMIT) longSuspendData = suspended;
  inner.loadFromJSON(longSuspendData === undefined ? hydrated : { ...hydrated, suspend_data: longSuspendData.slice(0, INNER_LIMIT) }, 'cmi');
  for (const [event, request] of NAVIGATION) inner.on(event, (_element: unknown, target: unknown) => hooks.navigate({ request, ...(typeof target === 'string' && target ? { target } : {}) }));

  /** A SCO must never meet an exception of ours, and after `LMSFinish` SCORM 1.2 knows no session (RTE 3.3.2). */
  const call = (name: string, fallback: string, run: () => string): string => {
    forcedError = undefined;
    if (inner.isTerminated() && name !== CALLS.initialize) {
      forcedError = NOT_INITIALIZED;
      return fallback;
    }
    try {
      return run();
    } catch {
      forcedError = GENERAL;
      return fallback;
    }
  };

  const setSuspendData = (element: string, value: string): string => {
    const result = inner[CALLS.set]!(element, value.slice(0, INNER_LIMIT));
    if (result !== 'true') return result;
    longSuspendData = value.length > INNER_LIMIT ? value : undefined;
    if (value.length > SUSPEND_DATA_LIMIT['1.2']) hooks.longSuspendData(value.length);
    return result;
  };

  const api = {
    [CALLS.initialize]: (parameter: unknown = '') =>
      call(CALLS.initialize, 'false', () => {
        const result = inner[CALLS.initialize]!(parameter);
        if (result === 'true') hooks.initialized();
        return result;
      }),
    [CALLS.terminate]: (parameter: unknown = '') =>
      call(CALLS.terminate, 'false', () => {
        const undo = inner.isInitialized() && parameter === '' ? settleStatus12(inner, said.status !== true && said.exit !== 'suspend') : undefined;
        const before = inner.isTerminated();
        const result = inner[CALLS.terminate]!(parameter);
        if (result === 'true' && !before) hooks.terminated();
        if (result !== 'true') undo?.();
        return result;
      }),
    [CALLS.get]: (element: unknown) =>
      call(CALLS.get, '', () => {
        const value = inner[CALLS.get]!(element);
        return element === 'cmi.suspend_data' && longSuspendData !== undefined && value !== '' ? longSuspendData : value;
      }),
    [CALLS.set]: (element: unknown, value: unknown) =>
      call(CALLS.set, 'false', () => {
        const text = value === undefined || value === null ? value : String(value as string);
        const result = element === 'cmi.suspend_data' && typeof text === 'string' ? setSuspendData(element, text) : inner[CALLS.set]!(element, text);
        if (result === 'true') {
          if (element === 'cmi.core.lesson_status') said.status = true;
          if (element === 'cmi.core.exit') said.exit = String(text);
          hooks.changed();
        }
        return result;
      }),
    [CALLS.commit]: (parameter: unknown = '') => call(CALLS.commit, 'false', () => inner[CALLS.commit]!(parameter)),
    [CALLS.lastError]: () => (forcedError === undefined ? inner[CALLS.lastError]!() : String(forcedError)),
    [CALLS.errorString]: (code: unknown) => inner[CALLS.errorString]!(String((code as string | undefined) ?? '')),
    [CALLS.diagnostic]: (code: unknown) => inner[CALLS.diagnostic]!(String((code as string | undefined) ?? '')),
  };

  return {
    global: 'API',
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
