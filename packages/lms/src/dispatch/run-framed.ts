import { courseOutcome, type LaunchMode, type LmsPlugin, type OutcomeReport, type Session } from '@lectern/core';
import { findParent } from '../parent/find-parent.js';
import { createPortPlatform, type PortPlatform } from '../parent/port-platform.js';
import { readPlatformSession, type PlatformSession } from '../platform/platform.js';
import type { LaunchInfo } from '../xapi/fetch-launch.js';
import { licenceWords } from './licence-words.js';

/** Milliseconds for the stub to answer. */
const PATIENCE = 15_000;

type SessionElement = HTMLElement & { plugins: readonly LmsPlugin[] };
type PlayerElement = HTMLElement & { readonly session: Session | undefined };

/** What the server answers to a launch under a licence. */
interface DispatchLaunch extends Omit<LaunchInfo, 'getToken'> {
  readonly token: string;
  readonly launch: string;
  readonly course: string;
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

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
  const lms = new URLSearchParams(view.location.hash.slice(1)).get('lms');
  const around = lms === null ? undefined : await findParent(view, [lms], PATIENCE);
  if (!around) return say(place, { code: 'stub-missing' });
  const stub = createPortPlatform(around.port, PATIENCE);
  try {
    const { id } = place.dataset;
    const session = readPlatformSession(await stub.ask('open', { course: { id: id ?? '', title: page.title } }), view.location.href);
    const launch = await askLaunch(id ?? '', session);
    if (!('token' in launch)) return say(place, launch);
    await play(place, launch, `/dispatch/${encodeURIComponent(id ?? '')}/outcome`, session.launchMode, stub);
  } catch (error) {
    say(place, { code: 'stub-missing', detail: error instanceof Error ? error.message : String(error) });
  }
}

async function askLaunch(id: string, { learner, launchMode }: PlatformSession): Promise<DispatchLaunch | Problem> {
  const answer = await fetch(`/dispatch/${encodeURIComponent(id)}/launch`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ learner: learner.account?.name ?? '', launchMode }),
  }).catch(() => undefined);
  if (!answer) return { code: 'unreachable' };
  const body = (await answer.json().catch(() => ({}))) as DispatchLaunch | Problem;
  return answer.ok ? body : { code: 'refused', ...(body as Problem) };
}

async function play(place: HTMLElement, launch: DispatchLaunch, outcomesUrl: string, launchMode: LaunchMode, stub: PortPlatform): Promise<void> {
  const [{ fetchLaunch }, { xapiPlugin }] = await Promise.all([import('../xapi/fetch-launch.js'), import('../xapi/plugin.js')]);
  // Tokens are fetched by the launch, again and again; the first is asked for here as well, since it is one request.
  const info = await fetchLaunch('/launches/token', { method: 'POST', credentials: 'omit', headers: { Authorization: `Bearer ${launch.launch}` } });
  const { endpoint, actor, registration, getToken, launchUrl } = info;
  const owner = xapiPlugin({ endpoint, actor, registration: registration!, launchMode, getToken, outcomesUrl, ...(launchUrl === undefined ? {} : { launchUrl }) });
  const tell = (outcome: OutcomeReport): Promise<void> => stub.report(outcome, false).catch(() => undefined);
  const plugin: LmsPlugin = {
    name: 'dispatch',
    heedsConsent: true,
    detect: () => true,
    async connect(options) {
      const connection = await owner.connect(options);
      if (launchMode !== 'Normal') return connection;
      const { report } = connection;
      return Object.assign(Object.create(connection) as typeof connection, {
        capabilities: { ...connection.capabilities, report: true },
        report: async (outcome: OutcomeReport) => void (await Promise.all([report.call(connection, outcome), tell(outcome)])),
      });
    },
  };
  const session = place.ownerDocument.createElement('learning-session') as SessionElement;
  session.plugins = [plugin];
  const player = place.ownerDocument.createElement('course-player') as PlayerElement;
  player.setAttribute('heading-level', '1');
  player.setAttribute('src', launch.course);
  // What was done before this launch may never have reached the LMS: a tab was closed, or the LMS was down.
  let caughtUp = false;
  player.addEventListener('lectern-progress', () => {
    const opened = player.session;
    if (caughtUp || !opened || launchMode !== 'Normal') return;
    caughtUp = true;
    void tell(courseOutcome(opened.course, opened.getState()));
  });
  session.append(player);
  place.replaceChildren(session);
}

function say(place: HTMLElement, problem: Problem): void {
  const words = place.ownerDocument.createElement('p');
  words.className = 'alarm';
  words.setAttribute('role', 'alert');
  words.textContent = licenceWords(problem.code ?? '', /^zh\b/i.test(navigator.language));
  const detail = place.ownerDocument.createElement('small');
  detail.lang = 'en';
  detail.textContent = [problem.code, problem.detail].filter(Boolean).join(': ');
  words.append(detail);
  place.replaceChildren(words);
}
