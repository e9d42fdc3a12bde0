import { openPage, type PageNews } from '@lectern/courseware/frame';
import { pickText, type HtmlUnit } from '@lectern/core';
import { countTime } from './count-time.js';
import { createFramePlace } from './framed.js';
import { openPageKeeping } from './page-state.js';
import type { UnitContext, UnitView } from './unit-view.js';

/** Shows any HTML page in the courseware frame. The unit's declared policy completes it. */
export async function open(context: UnitContext<HtmlUnit>): Promise<UnitView> {
  const { course, unit, words, signal } = context;
  const place = createFramePlace(context.host);
  place.say(words.msg('Opening…'));
  let open = false;
  const { completion } = unit;
  const follow = followPage(context);
  const keeping = await openPageKeeping(context);
  signal.throwIfAborted();
  const page = await openPage({
    frame: course.frame,
    href: unit.href,
    base: context.base,
    title: pickText(unit.title, context.languages),
    host: place.content,
    signal,
    package: context.feed,
    ...keeping,
    ...(completion.policy === 'scrolled' || completion.policy === 'reported' ? { watch: completion.policy, news: follow.news } : {}),
    ...(context.trusted ? { trusted: true } : {}),
    loaded() {
      place.say('');
      open = true;
      context.dispatch({ type: 'initialized' });
      follow.begin();
      if (completion.policy === 'visited') context.dispatch({ type: 'completed' });
      else if (completion.policy === 'time') countTime(context, completion.seconds, () => open);
    },
    fail: (error) => context.fail(error),
    ...(course.language ? { language: course.language } : {}),
  });
  return {
    close: () => {
      open = false;
      return page.close();
    },
    focus: () => page.focus(),
  };
}

/** What a watched page has shown or said, told once it has loaded, and only as it grows. */
function followPage({ unit, dispatch }: UnitContext<HtmlUnit>): { begin(): void; news(news: PageNews): void } {
  const { completion } = unit;
  const needed = completion.policy === 'scrolled' ? completion.fraction : 1;
  let begun = false;
  let done = false;
  let reached = 0;
  let told = 0;
  let said = false;
  const tell = (): void => {
    if (!begun || done) return;
    const progress = needed > 0 ? Math.min(1, reached / needed) : 1;
    if (progress - told >= 0.05) {
      told = progress;
      dispatch({ type: 'progressed', progress });
    }
    done = completion.policy === 'scrolled' ? progress >= 1 : said;
    if (done) dispatch({ type: 'completed' });
  };
  return {
    begin() {
      begun = true;
      tell();
    },
    news({ progress = 0, completed = false }) {
      reached = Math.max(reached, progress);
      said ||= completed;
      tell();
    },
  };
}
