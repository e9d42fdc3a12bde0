import type { LaunchMode, LmsPlugin, OutcomeReport } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { scorm12Plugin, scorm2004Plugin } from '../scorm/plugin.js';

/** The LMS around a stub, as far as a stub needs it. */
export interface StubLms {
  /** What the LMS calls its learner. */
  readonly learner: string;
  readonly launchMode: LaunchMode;
  readonly returnUrl?: string;
  report(outcome: OutcomeReport): Promise<void>;
  /** The page is left for good. */
  leave(): void;
}

/** Milliseconds between two looks for the LMS's API, and how often. */
const LOOK_AGAIN = 150;
const LOOKS = 20;

/** @returns `undefined` where there is no LMS of the package's kind @throws LecternError when it refuses */
export async function findStubLms(as: string, view: Window, course: { readonly id: string; readonly title: string }): Promise<StubLms | undefined> {
  if (as === 'cmi5') {
    const { openThinAu } = await import('./thin-au.js');
    return /[?&]fetch=/.test(view.location.search) ? openThinAu(view) : undefined;
  }
  const plugins = as === 'scorm12' ? [scorm12Plugin(), scorm2004Plugin()] : [scorm2004Plugin(), scorm12Plugin()];
  const plugin = await look(plugins, view);
  if (!plugin) return undefined;
  const connection = await plugin.connect({ course: { ...course, format: 'course', children: [] } });
  const name = connection.learner.account?.name ?? '';
  if (name === '') throw new DeliveryError('launch-invalid', 'The LMS does not say who learns.', { field: 'student_id' });
  return {
    learner: name,
    launchMode: connection.launchMode,
    report: (outcome) => connection.report(outcome),
    leave: () => undefined, // The connection hears of it itself.
  };
}

async function look(plugins: readonly LmsPlugin[], view: Window): Promise<LmsPlugin | undefined> {
  const alone = view.parent === view && !view.opener;
  for (let looks = alone ? 1 : LOOKS; looks > 0; looks--) {
    for (const plugin of plugins) if (await plugin.detect()) return plugin;
    if (looks > 1) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
  return undefined;
}
