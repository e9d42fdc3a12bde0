import type { LmsPlugin } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { scorm12Plugin, scorm2004Plugin } from '../scorm/plugin.js';
import type { StubCourse, StubLms } from './stub-lms.js';

/** Milliseconds between two looks for the LMS's API, and how often. */
const LOOK_AGAIN = 150;
const LOOKS = 20;

/** @returns `undefined` where there is no SCORM API around the page @throws DeliveryError when the LMS refuses, or does not say who learns */
export async function findScormLms(as: string, view: Window, course: Pick<StubCourse, 'id' | 'title'>): Promise<StubLms | undefined> {
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
