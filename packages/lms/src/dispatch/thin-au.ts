import { CATEGORIES, EXTENSIONS, formatDuration, newUuid, VERBS, type Activity, type LaunchMode, type OutcomeReport, type Result, type Statement } from '@lectern/core';
import { fetchAuthToken } from '../cmi5/auth-token.js';
import { readLaunchData } from '../cmi5/launch-data.js';
import { readCmi5Launch } from '../cmi5/launch.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { StubLms } from './stub-lms.js';
import { openThinLrs, PATIENCE, TOLD } from './thin-lrs.js';
import { untold, type Verdict } from './untold.js';

type Verb = Verdict | 'initialized' | 'terminated';

const isVerdict = (verb: Verb): boolean => verb !== 'initialized' && verb !== 'terminated';

/**
 * An AU that tells its LMS what a course came to, and nothing more: what the learner does in it is recorded where the course is. Small enough for a stub, unlike
 * `cmi5Plugin`, which keeps everything in order through any failure; here each outcome comes again with the next launch.
 * @throws DeliveryError `launch-invalid`, `unauthorized`, `network`, `timeout`
 */
export async function openThinAu(view: Window): Promise<StubLms> {
  const launch = readCmi5Launch(view);
  const authorization = await fetchAuthToken(launch.fetchUrl, { fetch: view.fetch.bind(view), timeout: PATIENCE });
  const began = view.performance.now();

  const lrs = openThinLrs(view, { ...launch, authorization });
  const data = readLaunchData(await lrs.load('LMS.LaunchData'), view.location.href);
  // An LMS may withhold them; to ask, before it says that it is initialized, is what an AU must do (cmi5 11.0).
  await lrs.ask('cmi5LearnerPreferences').catch(() => undefined);
  const told = new Set(Object.keys((data.launchMode === 'Normal' ? await lrs.load(TOLD) : undefined) ?? {}));

  function make(verb: Verb, result?: Result): Statement {
    const { contextTemplate } = data;
    const category = [CATEGORIES.cmi5, ...(isVerdict(verb) ? [CATEGORIES.moveOn] : [])].map((id): Activity => ({ objectType: 'Activity', id }));
    const duration = formatDuration((view.performance.now() - began) / 1000);
    return {
      id: newUuid(),
      actor: launch.actor,
      verb: VERBS[verb],
      object: { objectType: 'Activity', id: launch.activityId },
      timestamp: new Date().toISOString(),
      ...(result ? { result: { ...result, duration } } : {}),
      context: { ...contextTemplate, registration: launch.registration, contextActivities: { ...contextTemplate.contextActivities, category } },
    };
  }

  /** One that comes again, since its answer was lost, is the same. */
  const made = new Map<Verb, Statement>();

  async function say(verb: Exclude<Verb, 'failed' | 'terminated'>, result?: Result): Promise<void> {
    const statement = made.get(verb) ?? make(verb, result);
    made.set(verb, statement);
    try {
      // The page may be left meanwhile.
      await lrs.say([statement], verb !== 'initialized');
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      // An LMS answers so to what breaks the session's rules: it is not the token that is wrong (cmi5 9.3).
      if (error.status === 403) throw new DeliveryError('rejected', `The LMS does not take "${verb}". ${error.message}`, { status: 403, clause: 'cmi5 9.3', cause: error });
      if (error.code !== 'conflict') throw error;
    }
    told.add(verb);
    if (isVerdict(verb)) await lrs.keep(TOLD, { [verb]: true }).catch(() => undefined);
  }

  await say('initialized');
  let reporting: Promise<void> = Promise.resolve();
  /** A session says one of passed and failed (cmi5 9.3): until it ends the learner may still pass. */
  let failing: Result | undefined;
  let left = false;

  async function report(outcome: OutcomeReport): Promise<void> {
    const { unitId, success, score } = outcome;
    if (unitId !== undefined || data.launchMode !== 'Normal') return;
    const scaled = score?.scaled;
    // Passed below the mastery score, or failed at it, is for no AU to say (cmi5 9.3.4, 9.3.5).
    const meets = data.masteryScore === undefined || scaled === undefined ? success === 'passed' : scaled >= data.masteryScore;
    const mastery = data.masteryScore === undefined ? {} : { extensions: { [EXTENSIONS.masteryScore]: data.masteryScore } };
    const verdict = meets === (success === 'passed') ? success : undefined;
    // A score is for passed and failed (cmi5 9.5.1).
    const judged: Result = { success: verdict === 'passed', ...(scaled === undefined ? {} : { score: { scaled } }), ...mastery };
    failing = verdict === 'failed' && !told.has('passed') ? judged : undefined;
    for (const each of untold(outcome, verdict, told)) {
      if (each !== 'failed') await say(each, each === 'completed' ? { completion: true } : judged);
    }
  }

  return {
    learner: launch.actor.account?.name ?? '',
    launchMode: data.launchMode satisfies LaunchMode,
    ...(data.returnURL === undefined ? {} : { returnUrl: data.returnURL }),
    report: (outcome) => (reporting = reporting.catch(() => undefined).then(() => report(outcome))),
    leave() {
      if (left) return;
      left = true;
      // At once and in this order: nothing comes after the end (cmi5 9.3.8).
      void lrs.say([...(failing ? [make('failed', failing)] : []), make('terminated', {})], true).catch(() => undefined);
    },
  };
}
