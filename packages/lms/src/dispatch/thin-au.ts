import { newUuid, formatDuration, type Agent, type LaunchMode, type OutcomeReport, type StateContent } from '@lectern/core';
import { fetchAuthToken } from '../cmi5/auth-token.js';
import { readLaunchData } from '../cmi5/launch-data.js';
import { readCmi5Launch } from '../cmi5/launch.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { StubLms } from './stub-lms.js';

const ADL = 'http://adlnet.gov/expapi/verbs/';
const CATEGORY = 'https://w3id.org/xapi/cmi5/context/categories/';

/** What an earlier session of the registration has told already: `completed` and `passed` come once (cmi5 9.3). */
const TOLD = 'lectern.dispatch';

/** Milliseconds for the LMS to answer. */
const PATIENCE = 30_000;

type Verb = 'initialized' | 'completed' | 'passed' | 'failed' | 'terminated';

/**
 * An AU that tells its LMS what a course came to, and nothing more: what the learner does in it is recorded where the course is. Small enough for a stub, unlike
 * `cmi5Plugin`, which keeps everything in order through any failure; here each outcome comes again with the next launch.
 * @throws DeliveryError `launch-invalid`, `unauthorized`, `network`, `timeout`
 */
export async function openThinAu(view: Window): Promise<StubLms> {
  const launch = readCmi5Launch(view);
  const authorization = await fetchAuthToken(launch.fetchUrl, { fetch: view.fetch.bind(view), timeout: PATIENCE });
  const began = view.performance.now();

  async function ask(resource: string, query: Readonly<Record<string, string>>, init: RequestInit = {}): Promise<Response> {
    const url = new URL(resource, launch.endpoint.replace(/\/*$/, '/'));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = { Authorization: authorization, 'X-Experience-API-Version': '1.0.3', ...(init.body ? { 'Content-Type': 'application/json' } : {}) };
    return view.fetch(url, { ...init, headers, credentials: 'omit' });
  }

  const state = (stateId: string) => ({ activityId: launch.activityId, agent: JSON.stringify(launch.actor), registration: launch.registration, stateId });

  async function load(stateId: string): Promise<StateContent | undefined> {
    const answer = await ask('activities/state', state(stateId));
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new DeliveryError('launch-invalid', `The LMS answered ${answer.status} for ${stateId}.`, { file: stateId, clause: 'cmi5 10.1' });
    return (await answer.json()) as StateContent;
  }

  const data = readLaunchData(await load('LMS.LaunchData'), view.location.href);
  // An LMS may withhold them; to ask, before it says that it is initialized, is what an AU must do (cmi5 11.0).
  await ask('agents/profile', { agent: JSON.stringify(launch.actor), profileId: 'cmi5LearnerPreferences' }).catch(() => undefined);
  const told = new Set(Object.keys((data.launchMode === 'Normal' ? await load(TOLD) : undefined) ?? {}));

  async function say(verb: Verb, result?: object): Promise<void> {
    const { contextTemplate } = data;
    const decides = verb === 'completed' || verb === 'passed' || verb === 'failed';
    const answer = await ask('statements', {}, {
      method: 'POST',
      // Also while the page is left.
      keepalive: true,
      body: JSON.stringify({
        id: newUuid(),
        actor: launch.actor,
        verb: { id: `${ADL}${verb}`, display: { en: verb } },
        object: { id: launch.activityId },
        timestamp: new Date().toISOString(),
        ...(result ? { result: { ...result, ...(verb === 'initialized' ? {} : { duration: formatDuration((view.performance.now() - began) / 1000) }) } } : {}),
        context: {
          ...contextTemplate,
          registration: launch.registration,
          contextActivities: { ...contextTemplate.contextActivities, category: [{ id: `${CATEGORY}cmi5` }, ...(decides ? [{ id: `${CATEGORY}moveon` }] : [])] },
        },
      }),
    });
    if (!answer.ok) {
      const why = await answer.text().catch(() => '');
      throw new DeliveryError('server-error', `The LMS answered ${answer.status} to "${verb}". ${why.slice(0, 300)}`.trim(), { status: answer.status });
    }
    told.add(verb);
    if (decides && verb !== 'failed') await ask('activities/state', state(TOLD), { method: 'POST', keepalive: true, body: JSON.stringify({ [verb]: true }) });
  }

  await say('initialized');
  let reporting: Promise<void> = Promise.resolve();

  async function report({ unitId, completed, success, score }: OutcomeReport): Promise<void> {
    if (unitId !== undefined || data.launchMode !== 'Normal') return;
    const scaled = score?.scaled;
    const scores = scaled === undefined ? {} : { score: { scaled } };
    if (completed && !told.has('completed')) await say('completed', { completion: true });
    // Passed below the mastery score, or failed at it, is for no AU to say (cmi5 9.3.4, 9.3.5).
    const meets = data.masteryScore === undefined || scaled === undefined || scaled >= data.masteryScore;
    if (success === 'passed' && meets && !told.has('passed')) await say('passed', { success: true, ...scores, ...masteryOf(data.masteryScore) });
    if (success === 'failed' && !told.has('passed') && !told.has('failed') && (data.masteryScore === undefined || scaled === undefined || scaled < data.masteryScore)) {
      await say('failed', { success: false, ...scores, ...masteryOf(data.masteryScore) });
    }
  }

  return {
    learner: nameOf(launch.actor),
    launchMode: data.launchMode satisfies LaunchMode,
    ...(data.returnURL === undefined ? {} : { returnUrl: data.returnURL }),
    report: (outcome) => (reporting = reporting.catch(() => undefined).then(() => report(outcome))),
    leave() {
      if (told.has('terminated')) return;
      told.add('terminated');
      void say('terminated', {}).catch(() => undefined);
    },
  };
}

const masteryOf = (score: number | undefined): object => (score === undefined ? {} : { extensions: { 'https://w3id.org/xapi/cmi5/context/extensions/masteryscore': score } });

const nameOf = ({ account }: Agent): string => account?.name ?? '';
