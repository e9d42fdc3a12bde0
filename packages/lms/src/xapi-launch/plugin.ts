import type { ConnectOptions, LmsPlugin, StateKey } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { Keeping } from '../outbox/keeping.js';
import { defineLmsPlugin } from '../plugin/define.js';
import type { Identity } from '../xapi/identity.js';
import { xapiPlugin, type XapiConnection } from '../xapi/plugin.js';
import { LAUNCH_STATE_ID, LaunchOutcome } from './launch-outcome.js';
import { explainXapiLaunch, isXapiLaunch, launchContext, readXapiLaunch, registrationOf, storageOf } from './launch.js';

export interface XapiLaunchPluginOptions extends Keeping {
  /** Whose address has the launch. Default: the page's. */
  readonly window?: Window;
  /** Origins that a launch may name, for content that belongs to one LMS. Absent: any; whoever opens the content says where its records go. */
  readonly endpoints?: readonly string[];
  readonly identity?: Identity;
  /** Default: the page's. */
  readonly fetch?: typeof fetch;
  /** Milliseconds until a request that is not answered is given up. Default 30,000. */
  readonly timeout?: number;
  /** Where a registration is kept that the LMS does not give. Default `localStorage`; `null`: nowhere, and each opening is another. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'> | null;
}

export interface XapiLaunchPlugin extends LmsPlugin {
  connect(options: ConnectOptions): Promise<XapiConnection>;
}

/**
 * Reports to the LRS that an LMS names in the page's address (`endpoint`, `auth`, `actor`, `registration`, `activity_id`): the "Tin Can" launch of xAPI packages.
 * The course's outcome is told of the launched activity as well, since gradebooks look at that. The token cannot be renewed: when it is refused, what
 * waits is kept in this browser, and goes when the learner opens the course from the LMS again in the same registration.
 *
 * `connect` throws DeliveryError `launch-invalid` with the parameter as `field`: one that is missing, there twice, or not what it should be.
 */
export function xapiLaunchPlugin(options: XapiLaunchPluginOptions = {}): XapiLaunchPlugin {
  const view = options.window ?? (typeof window === 'undefined' ? undefined : window);
  return defineLmsPlugin({
    name: 'xapi-launch',
    heedsConsent: true,
    detect: () => isXapiLaunch(view),
    explain: () => explainXapiLaunch(view),
    async connect(connecting): Promise<XapiConnection> {
      if (!view) throw new DeliveryError('lms-gone', 'There is no window here.');
      const { window: _window, endpoints, storage, ...keeping } = options;
      const launch = readXapiLaunch(view, endpoints);
      const { endpoint, actor, authorization } = launch;
      const courseId = connecting.course.id;
      const activityId = launch.activityId ?? courseId;
      const registration = registrationOf(launch, courseId, storage === undefined ? storageOf(view) : (storage ?? undefined));
      const contextTemplate = launchContext(launch, activityId);
      const connection = await xapiPlugin({ ...keeping, endpoint, actor, registration, contextTemplate, getToken: () => Promise.resolve(authorization) }).connect(connecting);
      const keyOf = (key: StateKey): StateKey => (key.activityId === courseId ? { ...key, activityId } : key);
      const key: StateKey = { activityId, stateId: LAUNCH_STATE_ID };
      let outcome: Promise<LaunchOutcome> | undefined;
      const open = async (): Promise<LaunchOutcome> => new LaunchOutcome({
        about: { actor, object: { objectType: 'Activity', id: activityId }, context: { ...contextTemplate, registration } },
        // Told twice is better than not at all.
        kept: await connection.loadState(key).catch(() => undefined),
        now: () => connection.clock?.now() ?? Date.now(),
        record: (statement) => connection.record([statement])[0]!,
        keep: (content) => void connection.saveState(key, content),
      });
      return Object.defineProperties({} as XapiConnection, {
        ...Object.getOwnPropertyDescriptors(connection),
        ...Object.getOwnPropertyDescriptors({
          plugin: 'xapi-launch',
          capabilities: { ...connection.capabilities, report: true },
          loadState: (asked: StateKey) => connection.loadState(keyOf(asked)),
          saveState: (asked, content, saving) => connection.saveState(keyOf(asked), content, saving),
          report: async (report) => {
            if (report.unitId === undefined) await (await (outcome ??= open())).report(report);
          },
        } satisfies Partial<XapiConnection>),
      });
    },
  }) as XapiLaunchPlugin;
}
