import type { LmsPlugin } from '@lectern/core';
import { standardPlugins, type StandardPluginName } from '../connect/standard-plugins.js';

/** What a package of each kind is launched by: its own standard first. An LMS may run a package of one version of SCORM through the API of the other, and a Tin Can package by cmi5. */
const LAUNCHED_BY: Readonly<Record<string, readonly StandardPluginName[]>> = {
  scorm12: ['scorm12', 'scorm2004'],
  'scorm2004-3': ['scorm2004', 'scorm12'],
  'scorm2004-4': ['scorm2004', 'scorm12'],
  cmi5: ['cmi5'],
  xapi: ['xapi-launch', 'cmi5'],
};

/** The plugins to be asked, in their order. Each loads when it connects, so that a package carries its own alone. */
export const pluginsFor = (as: string, view: Window | null): readonly LmsPlugin[] =>
  (Object.hasOwn(LAUNCHED_BY, as) ? LAUNCHED_BY[as]! : []).flatMap((name) => standardPlugins({ only: [name], ...(view ? { window: view } : {}) }));
