import type { LmsPlugin } from '@lectern/core';
import { explainCmi5, isCmi5Launch } from '../cmi5/launch.js';
import { explainLti, isLtiLaunch } from '../lti/launch.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { Keeping } from '../outbox/keeping.js';
import { explainScorm, findScormApi } from '../scorm/find-api.js';
import type { ScormPluginOptions } from '../scorm/plugin.js';
import type { Identity } from '../xapi/identity.js';
import { explainXapiLaunch, isXapiLaunch } from '../xapi-launch/launch.js';
import { lazyPlugin } from './lazy-plugin.js';

/** The standard plugins, in the order in which they are asked. */
export const STANDARD_PLUGINS = ['cmi5', 'scorm2004', 'scorm12', 'xapi-launch', 'lti', 'parent'] as const;

export type StandardPluginName = (typeof STANDARD_PLUGINS)[number];

export interface StandardPluginsOptions extends Omit<Keeping, 'outbox'> {
  /** Default: the page's. */
  readonly window?: Window;
  /** These alone, in the standard order. */
  readonly only?: readonly StandardPluginName[];
  /** Origins that a launch by address may name as the place for its records. Absent: any. */
  readonly endpoints?: readonly string[];
  readonly identity?: Identity;
  /** Origins of the pages that may be around this one. Absent: `parent` is never at home, since whoever frames a page is not thereby its platform. */
  readonly parentOrigins?: readonly string[];
  /** For LMSs that give no home page for their learners' accounts (SCORM). */
  readonly homePage?: string;
}

/**
 * The ways a page may be embedded, from the one that says most to the one that says least: a cmi5 launch, SCORM 2004, SCORM 1.2, an xAPI launch, an LTI session, the
 * page around this one. Asking costs a look at the page, and where `parentOrigins` are given a greeting; the plugin that is at home loads when it connects.
 */
export function standardPlugins(options: StandardPluginsOptions = {}): readonly LmsPlugin[] {
  const { window: given, only, endpoints, parentOrigins = [], identity, homePage, redact, encryption } = options;
  const view = given ?? (typeof window === 'undefined' ? undefined : window);
  const around = view ? { window: view } : {};
  const keeping = { redact, encryption };
  const launched = { ...around, ...keeping, ...(endpoints ? { endpoints } : {}) };
  const known = identity ? { identity } : {};
  const parent = parentOrigins.length > 0 ? parentOnce(async () => (await import('../parent/plugin.js')).parentPlugin({ ...around, ...keeping, ...known, origins: parentOrigins })) : undefined;
  const scorm: ScormPluginOptions = { ...around, ...(homePage === undefined ? {} : { homePage }) };
  const plugins: Readonly<Record<StandardPluginName, LmsPlugin>> = {
    cmi5: lazyPlugin('cmi5', () => isCmi5Launch(view), () => explainCmi5(view), true, async () => (await import('../cmi5/plugin.js')).cmi5Plugin(launched)),
    scorm2004: lazyPlugin('scorm2004', () => hasApi(view, 'API_1484_11'), () => explainScorm(view, 'API_1484_11'), false, async () => (await import('../scorm/plugin.js')).scorm2004Plugin(scorm)),
    scorm12: lazyPlugin('scorm12', () => hasApi(view, 'API'), () => explainScorm(view, 'API'), false, async () => (await import('../scorm/plugin.js')).scorm12Plugin(scorm)),
    'xapi-launch': lazyPlugin('xapi-launch', () => isXapiLaunch(view), () => explainXapiLaunch(view), true, async () =>
      (await import('../xapi-launch/plugin.js')).xapiLaunchPlugin({ ...launched, ...known })),
    lti: lazyPlugin('lti', () => isLtiLaunch(view), () => explainLti(view), false, async () => (await import('../lti/plugin.js')).ltiPlugin({ ...around, ...keeping, ...known })),
    parent: parent ?? lazyPlugin('parent', () => false, () => 'No origin is named that may be around this page.', false, () => Promise.reject(new DeliveryError('lms-gone', 'There is no page around this one.'))),
  };
  return STANDARD_PLUGINS.filter((name) => !only || only.includes(name)).map((name) => plugins[name]);
}

const hasApi = (view: Window | undefined, name: 'API' | 'API_1484_11'): boolean => view !== undefined && findScormApi(view, name) !== undefined;

/** It greets the page around this one, so asking it needs all of it. */
function parentOnce(load: () => Promise<LmsPlugin>): LmsPlugin {
  let plugin: Promise<LmsPlugin> | undefined;
  let loaded: LmsPlugin | undefined;
  const get = async (): Promise<LmsPlugin> => (loaded = await (plugin ??= load()));
  return lazyPlugin('parent', async () => (await get()).detect(), () => loaded?.explain?.() ?? 'The page around this one was not asked.', false, get);
}
