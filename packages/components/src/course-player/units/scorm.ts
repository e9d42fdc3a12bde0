import { openScormUnit, type ScormNotice } from '@lectern/courseware/scorm';
import { pickText, type ScormUnit } from '@lectern/core';
import { createFramePlace } from './framed.js';
import type { UnitContext, UnitView } from './unit-view.js';

/** Runs a SCO in the courseware frame. It starts when what the learner did before is known: a SCO reads it in its first call. */
export async function open(context: UnitContext<ScormUnit>): Promise<UnitView> {
  const { course, unit, words, signal } = context;
  const place = createFramePlace(context.host);
  place.say(words.msg('Opening…'));
  const session = await context.session;
  signal.throwIfAborted();
  const running = await openScormUnit({
    course,
    unit,
    base: context.base,
    title: pickText(unit.title, context.languages),
    session,
    host: place.content,
    signal,
    package: context.feed,
    ...(context.trusted ? { trusted: true } : {}),
    activity: context.activity,
    dispatch: (event) => context.dispatch(event),
    notice: (notice) => {
      const text = explain(notice, context);
      if (text !== undefined) place.say(text, text ? 'warn' : 'plain');
    },
    navigate: (request) => context.navigate(request),
    loaded: () => place.say(''),
    fail: (error) => context.fail(error),
    ...(course.language ? { language: course.language } : {}),
  });
  return running;
}

/** What a learner should know, or nothing any more (an empty text). Long suspend data is the author's matter. */
function explain(notice: ScormNotice, { words }: UnitContext): string | undefined {
  switch (notice.code) {
    case 'content-silent':
      return notice.over ? '' : words.msg('This lesson has not begun to report, so nothing you do in it is recorded. You can go on with another unit.');
    case 'content-left':
      return notice.over ? '' : words.msg('The lesson has gone to another site. What you do there is not recorded. To go on with the lesson, open it again.');
    case 'journal-failed':
      return words.msg('Your browser does not let this lesson keep anything. What you do is sent at once, but if the page crashes the last of it is lost.');
    case 'record-failed':
      return words.msg('What you did last could not be saved yet. It is tried again.');
    case 'suspend-data-long':
      return undefined;
  }
}
