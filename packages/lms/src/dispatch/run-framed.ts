import { findParent } from '../parent/find-parent.js';
import { createPortPlatform } from '../parent/port-platform.js';
import { readPlatformSession } from '../platform/platform.js';
import { askLaunch, playDispatched, say } from './play-dispatched.js';

/** Milliseconds for the stub to answer. */
const PATIENCE = 15_000;

/**
 * Runs the page that a stub shows in its frame, on the owner's origin: asks the stub who learns, asks the server for a launch under the licence, and plays. Everything is
 * recorded with the owner, by tokens and not by cookies, which other sites' frames have none of; what the course comes to is told to the stub as well, for its LMS.
 */
export async function runFramed(page: Document): Promise<void> {
  const place = page.getElementById('lectern');
  const view = page.defaultView;
  if (!place || !view) return;
  // The reader's, where the player and the course have it; the page's own is the content's.
  place.lang = view.navigator.language;
  const { id = '', identity } = place.dataset;
  if (identity === 'browser') return (await import('./run-browser.js')).runBrowser(place, view);
  const lms = new URLSearchParams(view.location.hash.slice(1)).get('lms');
  const around = lms === null ? undefined : await findParent(view, [lms], PATIENCE);
  if (!around) return say(place, { code: 'stub-missing' });
  const stub = createPortPlatform(around.port, PATIENCE);
  try {
    const { learner, launchMode } = readPlatformSession(await stub.ask('open', { course: { id, title: page.title } }), view.location.href);
    const launch = await askLaunch(id, learner.account?.name ?? '', launchMode);
    if (!('token' in launch)) return say(place, launch);
    await playDispatched(place, launch, { id, launchMode, tell: (outcome) => stub.report(outcome, false).catch(() => undefined) });
  } catch (error) {
    say(place, { code: 'stub-missing', detail: error instanceof Error ? error.message : String(error) });
  }
}
