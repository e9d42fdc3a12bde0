import { courseOutcome, type LaunchMode, type LmsPlugin, type OutcomeReport, type Session, type SignOutOptions } from '@lectern/core';
import type { LaunchInfo } from '../xapi/fetch-launch.js';
import { licenceWords } from './licence-words.js';

/** Elements of `@lectern/components`, which the page loads beside this script. */
export type SessionElement = HTMLElement & { plugins: readonly LmsPlugin[]; signOut(options?: SignOutOptions): Promise<unknown> };
type PlayerElement = HTMLElement & { readonly session: Session | undefined };

/** What the server answers to a launch under a licence. */
export interface DispatchLaunch extends Omit<LaunchInfo, 'getToken'> {
  readonly token: string;
  readonly launch: string;
  readonly course: string;
}

/** What it answers where it does not launch (RFC 9457). */
export interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

/** @param learner what the server knows them by: of a pseudonym 64 hexadecimal digits */
export async function askLaunch(id: string, learner: string, launchMode: LaunchMode): Promise<DispatchLaunch | Problem> {
  const answer = await fetch(`/dispatch/${encodeURIComponent(id)}/launch`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ learner, launchMode }),
  }).catch(() => undefined);
  if (!answer) return { code: 'unreachable' };
  const body = (await answer.json().catch(() => ({}))) as DispatchLaunch | Problem;
  return answer.ok ? body : { code: 'refused', ...(body as Problem) };
}

export interface PlayOptions {
  /** The licence's. */
  readonly id: string;
  readonly launchMode: LaunchMode;
  /** Tells an LMS, where there is one. */
  readonly tell?: (outcome: OutcomeReport) => Promise<void>;
}

/** Shows a course that was launched under a licence, and records with its owner. @returns the session around the player */
export async function playDispatched(place: HTMLElement, launch: DispatchLaunch, { id, launchMode, tell }: PlayOptions): Promise<SessionElement> {
  const [{ fetchLaunch }, { xapiPlugin }] = await Promise.all([import('../xapi/fetch-launch.js'), import('../xapi/plugin.js')]);
  // Tokens are fetched by the launch, again and again; the first is asked for here as well, since it is one request.
  const info = await fetchLaunch('/launches/token', { method: 'POST', credentials: 'omit', headers: { Authorization: `Bearer ${launch.launch}` } });
  const { endpoint, actor, registration, getToken, launchUrl } = info;
  const outcomesUrl = `/dispatch/${encodeURIComponent(id)}/outcome`;
  const owner = xapiPlugin({ endpoint, actor, registration: registration!, launchMode, getToken, outcomesUrl, ...(launchUrl === undefined ? {} : { launchUrl }) });
  const plugin: LmsPlugin = {
    name: 'dispatch',
    heedsConsent: true,
    detect: () => true,
    async connect(options) {
      const connection = await owner.connect(options);
      if (launchMode !== 'Normal' || !tell) return connection;
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
    if (caughtUp || !opened || !tell || launchMode !== 'Normal') return;
    caughtUp = true;
    void tell(courseOutcome(opened.course, opened.getState()));
  });
  session.append(player);
  place.replaceChildren(session);
  return session;
}

/** What a learner reads where the course does not start. */
export function say(place: HTMLElement, problem: Problem): void {
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
