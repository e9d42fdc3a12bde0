import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { formatDuration, newUuid, scaledScore, soundScore, VERBS, type Agent, type OutcomeReport, type Result, type StateContent, type Statement } from '@lectern/core';
import { asDeliveryError } from '../outbox/delivery-error.js';
import { launchContext, readXapiLaunch, registrationOf, storageOf } from '../xapi-launch/launch.js';
import type { StubLms } from './stub-lms.js';
import { openThinLrs, TOLD } from './thin-lrs.js';
import { untold, type Verdict } from './untold.js';

export interface ThinTincanOptions {
  /** What the course is called where the LMS does not say what it has launched. */
  readonly courseId: string;
  /** Scaled score, 0 to 1, at which the course is passed. A Tin Can manifest has no place for one, and an LMS none to look it up. */
  readonly masteryScore?: number;
}

type Said = Verdict | 'initialized' | 'resumed' | 'suspended' | 'terminated';

/**
 * Content of a Tin Can package that tells the LRS of its launch what a course came to, with the verbs that `xapiLaunchPlugin` has for the launched activity, and nothing more:
 * what the learner does in it is recorded where the course is. `completed` and `passed` are said once in a registration, `failed` once for a score and not after `passed`. Their
 * statements have ids that follow from the registration, so that one whose answer was lost, or which two tabs say, is stored once.
 * @throws DeliveryError `launch-invalid` with the parameter as `field`; `unauthorized`, `network`, `timeout`, `server-error` …
 */
export async function openThinTincan(view: Window, { courseId, masteryScore }: ThinTincanOptions): Promise<StubLms> {
  const launch = readXapiLaunch(view);
  const { endpoint, authorization, actor } = launch;
  const activityId = launch.activityId ?? courseId;
  const registration = registrationOf(launch, courseId, storageOf(view));
  const learner = withoutName(actor);
  const lrs = openThinLrs(view, { endpoint, authorization, actor: learner, registration, activityId });
  const began = view.performance.now();
  let kept: StateContent = (await lrs.load(TOLD)) ?? {};
  let last = 0;

  function make(verb: Said, result?: Result, id = newUuid()): Statement {
    // What is said at once is in order all the same.
    last = Math.max(Date.now(), last + 1);
    return {
      id, actor: learner, verb: VERBS[verb], object: { objectType: 'Activity', id: activityId }, ...(result ? { result } : {}),
      context: { ...launchContext(launch, activityId), registration }, timestamp: new Date(last).toISOString(),
    };
  }

  /** It is the LRS that says what there is: what is noted here saves it from being asked. */
  async function note(content: StateContent): Promise<void> {
    kept = { ...kept, ...content };
    await lrs.keep(TOLD, content).catch(() => undefined);
  }

  async function tell(outcome: OutcomeReport, keepalive: boolean): Promise<void> {
    const { success, score } = judge(outcome, masteryScore);
    const failure = score?.scaled ?? true;
    const told = new Set(Object.keys(kept));
    if (kept['failed'] !== failure) told.delete('failed');
    const verdicts = untold(outcome, success, told);
    const tellOne = async (verdict: Verdict): Promise<void> => {
      const id = statementId(registration, [activityId, learner, verdict, ...(verdict === 'failed' ? [failure] : [])]);
      const said = { duration: formatDuration(outcome.seconds), ...(success ? { success: success === 'passed' } : {}), ...(score ? { score } : {}) };
      try {
        await lrs.say([make(verdict, { completion: verdict === 'completed' || outcome.completed, ...said }, id)], keepalive);
      } catch (error) {
        // It is there, from another tab or from a request whose answer did not come.
        if (asDeliveryError(error).code !== 'conflict') throw error;
      }
      await note({ [verdict]: verdict === 'failed' ? failure : true });
    };
    // All at once where the page has no turns any more.
    if (keepalive) await Promise.all(verdicts.map(tellOne));
    else for (const verdict of verdicts) await tellOne(verdict);
  }

  await lrs.say([make('initialized'), ...(kept['begun'] === true && kept['completed'] !== true ? [make('resumed')] : [])], false);
  if (kept['begun'] !== true) await note({ begun: true });
  let waiting: OutcomeReport | undefined;
  let telling: Promise<void> = Promise.resolve();
  let left = false;

  return {
    learner: identifierOf(actor),
    launchMode: 'Normal',
    async report(outcome) {
      if (outcome.unitId !== undefined || left) return;
      waiting = outcome;
      await (telling = telling.catch(() => undefined).then(() => tell(outcome, false)));
      if (waiting === outcome) waiting = undefined;
    },
    leave() {
      if (left) return;
      left = true;
      if (waiting) void tell(waiting, true).catch(() => undefined);
      const duration = formatDuration((view.performance.now() - began) / 1000);
      const completed = kept['completed'] === true || waiting?.completed === true;
      void lrs.say([...(completed ? [] : [make('suspended', { duration })]), make('terminated', { duration })], true).catch(() => undefined);
    },
  };
}

/** Where the package has a mastery score, it decides as soon as something is decided. */
function judge({ completed, success, score }: OutcomeReport, masteryScore: number | undefined): Pick<OutcomeReport, 'success' | 'score'> {
  const sound = score && soundScore(score);
  const scaled = scaledScore(sound);
  const judged = masteryScore === undefined || scaled === undefined || (success === undefined && !completed) ? success : scaled >= masteryScore ? 'passed' : 'failed';
  return { ...(judged ? { success: judged } : {}), ...(sound ? { score: sound } : {}) };
}

/** RFC 9562 5.5: the same for the same name in a registration. */
function statementId(registration: string, name: unknown): string {
  const hash = sha1(concatBytes(hexToBytes(registration.replaceAll('-', '')), utf8ToBytes(JSON.stringify(name)))).slice(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return bytesToHex(hash).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const withoutName = ({ name: _name, ...agent }: Agent): Agent => agent;

/** A launch has exactly one. */
const identifierOf = ({ account, mbox, mbox_sha1sum, openid }: Agent): string => account?.name ?? mbox ?? mbox_sha1sum ?? openid ?? '';
