import type { CmiTree } from './protocol.js';
import { createInner, type InnerApi } from './scorm-again.js';
import { isElement12, isLeaf12 } from './elements-12.js';
import { SUSPEND_DATA_LIMIT, type ScormModel, type ScormModelHooks } from './scorm-model.js';

/** What scorm-again itself takes. */
const INNER_LIMIT = 64_000;

const CALLS = {
  initialize: 'LMSInitialize', terminate: 'LMSFinish', get: 'LMSGetValue', set: 'LMSSetValue', commit: 'LMSCommit',
  lastError: 'LMSGetLastError', errorString: 'LMSGetErrorString', diagnostic: 'LMSGetDiagnostic',
} as const;

const GENERAL = 101;
const INVALID_ARGUMENT = 201;
const NO_CHILDREN = 202;
const NO_COUNT = 203;
const NOT_INITIALIZED = 301;
const NOT_IMPLEMENTED = 401;

/** Codes that have words (RTE 3.3.2.3). */
const KNOWN: readonly string[] = ['0', '101', '201', '202', '203', '301', '401', '402', '403', '404', '405'];

/**
 * The API of SCORM 1.2, by scorm-again, with what a truthful host does differently: nothing is sent anywhere, `Commit` and
 * `Terminate` answer what the journal says, suspend data is never cut, and after `LMSFinish` no call pretends to work.
 */
export async function createScorm12(hydrated: CmiTree, hooks: ScormModelHooks): Promise<ScormModel> {
  const total = (hydrated['core'] as CmiTree | undefined)?.['total_time'];
  let longSuspendData: string | undefined;
  let forcedError: number | undefined;
  /** Highest scores that somebody has set, by their elements. */
  const known = knownMaxima(hydrated);
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

  /** What is no element is kept from scorm-again: it would give its own objects out, and put the value in their place. */
  const refuse = (element: unknown): boolean => {
    if (!inner.isInitialized()) return false; // 301 comes first
    forcedError = refusalOf(element);
    return forcedError !== undefined;
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
        if (refuse(element)) return '';
        const value = inner[CALLS.get]!(element);
        if (element === 'cmi.suspend_data' && longSuspendData !== undefined && value !== '') return longSuspendData;
        // scorm-again has 100 in it from the begin; what nobody has set is empty.
        return isScoreMax(element) && value === '100' && !known.has(element) ? '' : value;
      }),
    [CALLS.set]: (element: unknown, value: unknown) =>
      call(CALLS.set, 'false', () => {
        if (refuse(element)) return 'false';
        const text = value === undefined || value === null ? value : String(value as string);
        const result = element === 'cmi.suspend_data' && typeof text === 'string' ? setSuspendData(element, text) : inner[CALLS.set]!(element, text);
        if (result === 'true') {
          if (isScoreMax(element)) known.add(element);
          if (element === 'cmi.core.lesson_status') said.status = true;
          if (element === 'cmi.core.exit') said.exit = String(text);
          hooks.changed();
        }
        return result;
      }),
    [CALLS.commit]: (parameter: unknown = '') => call(CALLS.commit, 'false', () => inner[CALLS.commit]!(parameter)),
    [CALLS.lastError]: () => (forcedError === undefined ? inner[CALLS.lastError]!() : String(forcedError)),
    [CALLS.errorString]: (code: unknown) => (KNOWN.includes(String(code)) ? inner[CALLS.errorString]!(String(code)) : ''),
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

const isScoreMax = (element: unknown): element is string => typeof element === 'string' && element.endsWith('.score.max');

function knownMaxima(hydrated: CmiTree): Set<string> {
  const maxOf = (of: unknown): unknown => ((of as CmiTree | undefined)?.['score'] as CmiTree | undefined)?.['max'];
  const objectives = Object.entries((hydrated['objectives'] as CmiTree | undefined) ?? {});
  return new Set([
    ...(maxOf(hydrated['core']) ? ['cmi.core.score.max'] : []),
    ...objectives.filter(([, objective]) => maxOf(objective)).map(([index]) => `cmi.objectives.${index}.score.max`),
  ]);
}

/** The error of a name that is no element (RTE 3.3.2.3); `undefined` for one that is. */
function refusalOf(element: unknown): number | undefined {
  if (typeof element !== 'string' || element === '') return INVALID_ARGUMENT;
  if (isElement12(element)) return undefined;
  const [, of, keyword] = /^(.*)\._(children|count)$/.exec(element) ?? [];
  if (of !== undefined && isLeaf12(of)) return keyword === 'children' ? NO_CHILDREN : NO_COUNT;
  if (element === 'cmi.core._count' || element === 'cmi.core.score._count' || element === 'cmi.student_data._count' || element === 'cmi.student_preference._count') return NO_COUNT;
  return NOT_IMPLEMENTED;
}
