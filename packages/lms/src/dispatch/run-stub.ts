import { newUuid } from '@lectern/core';
import { hostLearning } from '../host/host-learning.js';
import { findStubLms, type StubLms } from './stub-lms.js';
import { pseudonymOf } from './pseudonym.js';

/** Foreign content on a foreign origin. It may not navigate the LMS. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads';
const FEATURES = 'autoplay; fullscreen; encrypted-media; picture-in-picture';

const WORDS = {
  refused: ['The LMS did not start this course. Close it and open it again; if that does not help, tell the support of your LMS.', '学习平台未能启动本课程。请关闭后重新打开；如仍不行，请联系平台支持。'],
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
  const { as = '', url = '', salt = '', identity, course = '', title = '' } = place.dataset;
  let lms: StubLms | undefined;
  try {
    lms = await findStubLms(as, view, { id: course, title });
  } catch (error) {
    say(place, WORDS.refused, error instanceof Error ? error.message : String(error));
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
  hostLearning(frame, {
    origin,
    learner: { objectType: 'Agent', account: { homePage: origin, name: learner } },
    registration: newUuid(),
    launchMode: lms?.launchMode ?? 'Browse',
    ...(lms?.returnUrl === undefined ? {} : { returnUrl: lms.returnUrl }),
    // State and statements stay with the owner: an LMS may have no room for them, and the learner finds them again in any browser.
    load: () => Promise.resolve(null),
    save: () => Promise.resolve(),
    report: async (outcome) => lms?.report(outcome),
  });
  place.append(frame);
  view.addEventListener('pagehide', () => lms?.leave());
}

function say(place: HTMLElement, [english, chinese]: readonly [string, string], detail?: string): void {
  const words = place.ownerDocument.createElement('p');
  words.className = 'alarm';
  words.setAttribute('role', 'status');
  words.textContent = [/^zh\b/i.test(navigator.language) ? chinese : english, ...(detail ? [`(${detail})`] : [])].join(' ');
  place.append(words);
}
