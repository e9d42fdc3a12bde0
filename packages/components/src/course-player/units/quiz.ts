import { parseQuiz, QUIZ_STATE_ID, readQuizRecord, unitActivityId, type Quiz, type QuizUnit } from '@lectern/core';
import { PlayerError } from '../player-error.js';
import { unitHeadingLevel } from './heading-level.js';
import { QuizView } from './quiz/quiz-view.js';
import type { UnitContext, UnitView } from './unit-view.js';

/** Longer descriptions than this many characters are refused. */
const MAX_LENGTH = 5_000_000;

/** Asks questions. It begins when what the learner answered before is known. */
export async function open(context: UnitContext<QuizUnit>): Promise<UnitView> {
  const { course, unit, base, signal } = context;
  const url = unit.src === undefined ? base : new URL(unit.src, base).href;
  const quiz = unit.quiz ?? (await fetchQuiz(url, signal));
  const markdown = quiz.markup === 'markdown' ? (await import('./quiz/markdown-text.js')).markdownText : undefined;
  const level = unitHeadingLevel(context.host);
  const session = await context.session;
  const { connection } = session;
  const key = { activityId: unitActivityId(course, unit), stateId: QUIZ_STATE_ID };
  const kept = connection.capabilities.state ? await connection.loadState(key) : undefined;
  // It is drawn when something in it changes, not when its language comes.
  await context.words.settled;
  signal.throwIfAborted();
  // Before the view: an attempt whose time is over ends as it opens.
  context.dispatch({ type: 'initialized' });
  return new QuizView(context, {
    quiz,
    base: url,
    record: readQuizRecord(quiz, kept, Date.now()),
    ...(markdown ? { markup: (text, from) => markdown(text, from, level, context.words) } : {}),
    save: (document) => {
      if (connection.capabilities.state && connection.launchMode === 'Normal') connection.saveState(key, document, { mode: 'replace' });
    },
  });
}

async function fetchQuiz(url: string, signal: AbortSignal): Promise<Quiz> {
  let text: string;
  try {
    const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
    if (!response.ok) throw new PlayerError('document-unreachable', `${url} answered ${response.status}.`, { file: url });
    text = await response.text();
  } catch (cause) {
    if (signal.aborted || cause instanceof PlayerError) throw cause;
    throw new PlayerError('document-unreachable', `${url} could not be fetched.`, { file: url, cause });
  }
  if (text.length > MAX_LENGTH) throw new PlayerError('document-damaged', `${url} is longer than ${MAX_LENGTH / 1e6} MB.`, { file: url });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PlayerError('document-damaged', `${url} is no JSON.`, { file: url, cause });
  }
  return parseQuiz(json);
}
