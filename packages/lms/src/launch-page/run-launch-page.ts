import { listUnits, type Course, type LmsPlugin } from '@lectern/core';
import { pluginsFor } from './plugins-for.js';

/** Milliseconds between two looks for the LMS's API, and how often: some players put it up after the page they launch. */
const LOOK_AGAIN = 150;
const LOOKS = 20;

/** Elements of `@lectern/components`, which the page loads beside this script; properties set before they are defined count. */
type Session = HTMLElement & { plugins: readonly LmsPlugin[] };
type Player = HTMLElement & { course: Course; trusted: boolean };

/**
 * Runs the launch page of a packed course: finds the LMS around it by what the package was packed as, and puts the player on the page, inside a session where there
 * is an LMS. Without one the player says that nothing is recorded. What it reads stands in the page's `data-` attributes.
 */
export async function runLaunchPage(page: Document): Promise<void> {
  const place = page.getElementById('lectern');
  if (!place) return;
  const { as = '', course = '', frame = '', unit } = place.dataset;
  const player = page.createElement('course-player') as Player;
  player.setAttribute('frame', frame);
  player.setAttribute('heading-level', '1');
  // The reader's, where the player and the course have it; the page's own is the content's.
  if (page.defaultView) place.lang = page.defaultView.navigator.language;
  // The page lies in the package: it is as much the LMS's guest as what it shows.
  player.trusted = true;
  const [plugin] = await Promise.all([findPlugin(as, page.defaultView), unit === undefined ? player.setAttribute('src', course) : showUnit(player, new URL(course, page.baseURI).href, unit)]);
  if (!plugin) {
    place.replaceChildren(player); // what stands there for hosts without scripts goes
    return;
  }
  const session = page.createElement('learning-session') as Session;
  session.plugins = [plugin];
  session.append(player);
  place.replaceChildren(session);
}

/** The course with one of its units, where the LMS leads from unit to unit itself. What cannot be read, the player shall say. */
async function showUnit(player: Player, url: string, unitId: string): Promise<void> {
  const whole = (await fetch(url).then((response) => response.json()).catch(() => undefined)) as Course | undefined;
  const unit = whole && Array.isArray(whole.children) ? listUnits(whole).find(({ id }) => id === unitId) : undefined;
  if (!whole || !unit) {
    player.setAttribute('src', url);
    player.setAttribute('unit', unitId);
    return;
  }
  const { sequencing: _sequencing, ...course } = whole;
  // What has to come before it is elsewhere, and the LMS's to see to.
  const { requires: _requires, ...alone } = unit;
  player.course = { ...course, base: new URL('.', url).href, children: [alone] };
}

async function findPlugin(as: string, view: Window | null): Promise<LmsPlugin | undefined> {
  const plugins = pluginsFor(as, view);
  const alone = !view || (view.parent === view && !view.opener);
  for (let looks = alone ? 1 : LOOKS; looks > 0 && plugins.length > 0; looks--) {
    for (const plugin of plugins) if (await plugin.detect()) return plugin;
    if (looks > 1) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
  return undefined;
}
