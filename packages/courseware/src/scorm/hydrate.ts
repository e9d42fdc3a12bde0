import type { Agent, LaunchMode, OpenedActivity, ScormUnit } from '@lectern/core';
import type { CmiTree } from '../frame/protocol.js';
import type { ScormDocument } from './document.js';
import { entriesAt, treeAt, valueAt } from './cmi.js';
import { objectiveEntries } from './content-report.js';
import { formatSpan, spanSeconds } from './time.js';

/** What a SCO is told at its start. */
export interface HydrationInput {
  readonly unit: ScormUnit;
  readonly learner: Agent;
  readonly launchMode: LaunchMode;
  /** How the last session left it. Absent: there was none. */
  readonly saved?: Pick<ScormDocument, 'cmi' | 'terminated'> | undefined;
  /** The course's sequencing, which says whether the attempt goes on and what is known of its objectives. */
  readonly activity?: Pick<OpenedActivity, 'newAttempt' | 'objectives'> | undefined;
}

const MODES: Readonly<Record<LaunchMode, string>> = { Normal: 'normal', Browse: 'browse', Review: 'review' };

/** The data model for a launch: what the SCO kept, what the LMS knows, and the times of earlier sessions summed up. */
export function hydrate(input: HydrationInput): CmiTree {
  return prune(input.unit.version === '1.2' ? hydrate12(input) : hydrate2004(input));
}

/** SCORM 1.2 RTE 3.4.4. */
function hydrate12({ unit, learner, launchMode, saved: document }: HydrationInput): CmiTree {
  const saved = document?.cmi;
  const core = treeAt(saved, 'core');
  const resumes = document !== undefined && endedOpen(valueAt(core, 'exit'), document.terminated);
  return {
    core: {
      student_id: learnerId(learner),
      student_name: learner.name ?? '',
      lesson_location: valueAt(core, 'lesson_location'),
      lesson_status: valueAt(core, 'lesson_status') || 'not attempted',
      lesson_mode: MODES[launchMode],
      credit: launchMode === 'Normal' ? 'credit' : 'no-credit',
      entry: saved === undefined ? 'ab-initio' : resumes ? 'resume' : '',
      score: treeAt(core, 'score'),
      total_time: totalTime(valueAt(core, 'total_time'), valueAt(core, 'session_time'), '1.2'),
    },
    suspend_data: valueAt(saved, 'suspend_data'),
    launch_data: unit.launchData,
    comments: valueAt(saved, 'comments'),
    objectives: treeAt(saved, 'objectives'),
    interactions: treeAt(saved, 'interactions'),
    student_data: {
      mastery_score: unit.masteryScoreRaw !== undefined ? String(unit.masteryScoreRaw) : unit.masteryScore === undefined ? undefined : String(unit.masteryScore * 100),
      max_time_allowed: maxTime(unit),
      time_limit_action: unit.timeLimitAction,
    },
    student_preference: treeAt(saved, 'student_preference'),
  };
}

/**
 * SCORM 2004 RTE 4.2 and 2.1.1: an attempt that was not suspended is over, and the next launch begins a new one with a fresh model; the learner's
 * preferences stay.
 */
function hydrate2004({ unit, learner, launchMode, saved: document, activity }: HydrationInput): CmiTree {
  const saved = document?.cmi;
  const goesOn = activity ? !activity.newAttempt : document !== undefined && endedOpen(valueAt(saved, 'exit'), document.terminated);
  const kept = goesOn ? saved : undefined;
  const primary = unit.objectives?.find(({ satisfiedByMeasure }) => satisfiedByMeasure);
  const passing = primary ? (primary.minNormalizedMeasure ?? 1) : unit.masteryScore;
  return {
    learner_id: learnerId(learner),
    learner_name: learner.name ?? '',
    mode: MODES[launchMode],
    credit: launchMode === 'Normal' ? 'credit' : 'no-credit',
    entry: kept ? 'resume' : 'ab-initio',
    launch_data: unit.launchData,
    completion_status: valueAt(kept, 'completion_status') || undefined,
    success_status: valueAt(kept, 'success_status') || undefined,
    progress_measure: valueAt(kept, 'progress_measure') || undefined,
    location: valueAt(kept, 'location') || undefined,
    suspend_data: valueAt(kept, 'suspend_data') || undefined,
    score: treeAt(kept, 'score'),
    completion_threshold: unit.completionThreshold === undefined ? undefined : String(unit.completionThreshold),
    scaled_passing_score: passing === undefined ? undefined : String(passing),
    max_time_allowed: maxTime(unit),
    time_limit_action: unit.timeLimitAction,
    total_time: kept ? totalTime(valueAt(kept, 'total_time'), valueAt(kept, 'session_time'), '2004') : formatSpan(0, '2004'),
    objectives: activity ? objectivesFrom(activity, kept) : (treeAt(kept, 'objectives') ?? objectivesOf(unit)),
    interactions: treeAt(kept, 'interactions'),
    learner_preference: treeAt(saved, 'learner_preference'),
    comments_from_learner: treeAt(kept, 'comments_from_learner'),
  };
}

/** Put aside, or left without a word: a closed tab is a suspension. */
function endedOpen(exit: string, terminated: boolean): boolean {
  return exit === 'suspend' || exit === 'logout' || !terminated;
}

/** RTE 4.2.17: the manifest's objectives are there from the start. */
function objectivesOf({ objectives = [] }: ScormUnit): CmiTree | undefined {
  const named = objectives.filter(({ id }) => id !== '');
  return named.length === 0 ? undefined : Object.fromEntries(named.map(({ id }, index) => [String(index), { id }]));
}

/** RTE 4.2.17 and SN 3.10: what is known of them, where the sequencing knows it better than the SCO did. */
function objectivesFrom(activity: Pick<OpenedActivity, 'objectives'>, kept: CmiTree | undefined): CmiTree | undefined {
  const entries = entriesAt(kept, 'objectives').map((entry) => ({ ...entry }));
  for (const known of objectiveEntries(activity.objectives())) {
    const entry = entries.find(({ id }) => id === known['id']);
    if (!entry) entries.push({ ...known });
    else Object.assign(entry, known, { score: { ...(entry['score'] as CmiTree | undefined), ...(known['score'] as CmiTree | undefined) } });
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map((entry, index) => [String(index), entry]));
}

function totalTime(total: string, session: string, version: '1.2' | '2004'): string {
  return formatSpan((spanSeconds(total, version) ?? 0) + (spanSeconds(session, version) ?? 0), version);
}

/** In the author's own words, where they are known. */
function maxTime({ maxTimeAllowed, maxTimeAllowedText, version }: ScormUnit): string | undefined {
  return maxTimeAllowedText ?? (maxTimeAllowed === undefined ? undefined : formatSpan(maxTimeAllowed, version));
}

function learnerId({ account, mbox, openid, mbox_sha1sum: sum }: Agent): string {
  return account?.name ?? mbox ?? openid ?? sum ?? '';
}

function prune(tree: CmiTree): CmiTree {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([name, value]) => (value === undefined ? [] : [[name, typeof value === 'object' ? prune(value) : value]])),
  );
}
