import { newUuid } from '@lectern/core';
import { hostLearning } from '../host/host-learning.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import { pseudonymOf } from './pseudonym.js';
import { isPassing, reportAgain } from './report-again.js';
import { findStubLms, type StubLms } from './stub-lms.js';

/** Foreign content on a foreign origin. It may not navigate the LMS. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads';
const FEATURES = 'autoplay; fullscreen; encrypted-media; picture-in-picture';

const WORDS = {
  refused: ['The LMS did not start this course. Close it and open it again; if that does not help, tell the support of your LMS.', '学习平台未能启动本课程。请关闭后重新打开；如仍不行，请联系平台支持。'],
  waiting: ['Your LMS does not take your result at the moment. It is told again by itself: leave this page open, or open the course again later. What you have done is kept.', '学习平台暂未收下成绩，稍后会自动重报：请保持本页打开，或以后重新打开课程。学习记录已保存。'],
  unheard: ['Your LMS does not take your result. Open the course from the LMS again; if that does not help, tell the support of your LMS. What you have done is kept.', '学习平台没有收下成绩。请从平台重新打开课程；如仍不行，请联系平台支持。学习记录已保存。'],
  alone: ['No LMS was found around this page: you can look at the course, and nothing is recorded.', '未找到学习平台：可以浏览课程，但不会记录。'],
} as const;

/**
 * Runs the stub of a dispatched course inside an LMS: finds the LMS, shows the owner's player in a frame of the owner's origin, and hands what the course comes to on
 * to the LMS. Of the learner it tells a pseudonym, unless the licence says otherwise. Words between the two go to that origin alone, and are heard from that frame alone.
 */
export async function runStub(page: Document): Promise<void> {
  const place = page.getElementById('lectern');
  const view = page.defaultView;
  if (!place || !view) return;
  const { as = '', url = '', salt = '', identity, course = '', title = '', mastery } = place.dataset;
  let lms: StubLms | undefined;
  try {
    lms = await findStubLms(as, view, { id: course, title, ...(mastery === undefined ? {} : { masteryScore: Number(mastery) }) });
  } catch (error) {
    say(place, WORDS.refused, error);
    return;
  }
  if (!lms) say(place, WORDS.alone);
  const learner = identity === 'account' && lms ? lms.learner : pseudonymOf(salt, lms?.learner ?? newUuid());
  const { origin } = new URL(url);
  const frame = page.createElement('iframe');
  frame.title = title;
  frame.allow = FEATURES;
  frame.setAttribute('sandbox', SANDBOX);
  frame.referrerPolicy = 'origin';
  // The fragment is never sent: who frames it is for the page alone.
  frame.src = `${url}#${new URLSearchParams({ lms: view.location.origin }).toString()}`;
  let trouble: HTMLElement | undefined;
  const report = lms && reportAgain(lms, view, (error) => {
    trouble?.remove();
    trouble = error && say(place, isPassing(error) ? WORDS.waiting : WORDS.unheard, error);
  });
  hostLearning(frame, {
    origin,
    learner: { objectType: 'Agent', account: { homePage: origin, name: learner } },
    registration: newUuid(),
    launchMode: lms?.launchMode ?? 'Browse',
    ...(lms?.returnUrl === undefined ? {} : { returnUrl: lms.returnUrl }),
    // State and statements stay with the owner: an LMS may have no room for them, and the learner finds them again in any browser.
    load: () => Promise.resolve(null),
    save: () => Promise.resolve(),
    report: async (outcome) => report?.(outcome),
  });
  place.append(frame);
  view.addEventListener('pagehide', () => lms?.leave());
  // Out of the back/forward cache: what ended when it was left begins anew.
  if (as === 'cmi5' || as === 'xapi') view.addEventListener('pageshow', ({ persisted }) => persisted && lms && view.location.reload());
}

function say(place: HTMLElement, [english, chinese]: readonly [string, string], error?: unknown): HTMLElement {
  const chineseReader = /^zh\b/i.test(navigator.language);
  const words = place.ownerDocument.createElement('p');
  words.className = 'alarm';
  words.setAttribute('role', 'status');
  words.lang = chineseReader ? 'zh-CN' : 'en';
  words.textContent = chineseReader ? chinese : english;
  if (error !== undefined) {
    const detail = place.ownerDocument.createElement('small');
    detail.lang = 'en';
    detail.textContent = ` (${error instanceof DeliveryError ? `${error.code}: ` : ''}${error instanceof Error ? error.message : String(error)})`;
    words.append(detail);
  }
  // Above the frame.
  place.prepend(words);
  return words;
}
