import { openH5p } from '@lectern/courseware/frame';
import { H5P_STATE_ID, type H5pReport } from '@lectern/courseware/h5p';
import { pickText, unitActivityId, type H5pUnit, type LecternError, type Score } from '@lectern/core';
import { ExplainedError, type Explanation } from '../sources/explained-error.js';
import type { Localizer } from '../../internal/localize.js';
import { countTime } from './count-time.js';
import { createFramePlace } from './framed.js';
import type { UnitContext, UnitView } from './unit-view.js';

/** Runs H5P content in the courseware frame. It begins when what the learner did before is known: the content goes on from there. */
export async function open(context: UnitContext<H5pUnit>): Promise<UnitView> {
  const { course, unit, words, signal } = context;
  const place = createFramePlace(context.host);
  place.say(words.msg('Opening…'));
  const session = await context.session;
  const { connection } = session;
  const key = { activityId: unitActivityId(course, unit), stateId: H5P_STATE_ID };
  const kept = connection.capabilities.state ? await connection.loadState(key) : undefined;
  signal.throwIfAborted();
  const state = (kept as { readonly state?: unknown } | undefined)?.state;
  const policy = unit.completion ?? { policy: 'reported' };
  let open = false;
  const content = await openH5p({
    frame: course.frame,
    href: unit.href,
    base: context.base,
    title: pickText(unit.title, context.languages),
    host: place.content,
    signal,
    package: context.feed,
    ...(context.trusted ? { trusted: true } : {}),
    ...(course.language ? { language: course.language } : {}),
    ...(typeof state === 'string' ? { state } : {}),
    ready() {
      place.say('');
      open = true;
      context.dispatch({ type: 'initialized' });
      if (policy.policy === 'visited') context.dispatch({ type: 'completed' });
      else if (policy.policy === 'time') countTime(context, policy.seconds, () => open);
    },
    report: (report) => open && tell(context, report, policy.policy === 'reported'),
    keep(text) {
      if (connection.capabilities.state && connection.launchMode === 'Normal') connection.saveState(key, { state: text }, { mode: 'replace' });
    },
    fail: (error) => context.fail(explained(error)),
  });
  return {
    close: async () => {
      await content.close();
      open = false;
    },
    focus: () => content.focus(),
  };
}

/** What content says of itself is the unit's; what it says of its parts is an answer, if it is one. */
function tell({ unit, dispatch }: UnitContext<H5pUnit>, { whole, verb, interaction, score, success, completed }: H5pReport, counts: boolean): void {
  if (interaction) dispatch({ type: 'answered', interaction });
  if (!whole) return;
  // An answer to the one question of the content is its end, also where it does not say so.
  if (counts && (completed || verb === 'answered')) dispatch({ type: 'completed' });
  const passed = verdict(unit.masteryScore, verb, score, success);
  if (passed !== undefined) dispatch({ type: passed ? 'passed' : 'failed', ...(score ? { score } : {}) });
  else if (score) dispatch({ type: 'scored', score });
}

/** The course's mark decides, where it has one (cmi5 9.6.3.2); else what the content says. */
function verdict(mastery: number | undefined, verb: H5pReport['verb'], score: Score | undefined, success: boolean | undefined): boolean | undefined {
  if (mastery !== undefined) return score?.scaled === undefined ? undefined : score.scaled >= mastery;
  return verb === 'passed' ? true : verb === 'failed' ? false : success;
}

const WORDS: Readonly<Record<string, (words: Localizer) => Explanation>> = {
  'h5p-player-missing': ({ msg }) => ({ title: msg('This activity cannot be shown here'), advice: msg('The site lacks what plays H5P activities. Tell your teacher or the site’s support; the rest of the course works.') }),
  'h5p-file-missing': ({ msg }) => ({ title: msg('Parts of this activity are missing'), advice: msg('It was published without some of its files. Tell your teacher or the site’s support; the rest of the course works.') }),
  'h5p-file-damaged': ({ msg }) => ({ title: msg('This activity is damaged'), advice: msg('One of its files cannot be read. Tell your teacher or the site’s support; the rest of the course works.') }),
  'h5p-failed': ({ msg }) => ({ title: msg('This activity did not start'), advice: msg('Try again. If it stays so, tell your teacher or the site’s support; the rest of the course works.') }),
};

function explained(error: LecternError): LecternError {
  const words = WORDS[error.code];
  return words ? new ExplainedError(error.code as ConstructorParameters<typeof ExplainedError>[0], error.message, words, { ...(error.file ? { file: error.file } : {}), cause: error }) : error;
}
