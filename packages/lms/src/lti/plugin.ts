import type { ConnectOptions, LmsPlugin } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { Keeping } from '../outbox/keeping.js';
import { defineLmsPlugin } from '../plugin/define.js';
import { fetchLaunch } from '../xapi/fetch-launch.js';
import type { Identity } from '../xapi/identity.js';
import { xapiPlugin, type XapiConnection } from '../xapi/plugin.js';
import { explainLti, isLtiLaunch, readLtiLaunch } from './launch.js';

export interface LtiPluginOptions extends Keeping {
  /** Whose document has the launch. Default: the page's. */
  readonly window?: Window;
  readonly identity?: Identity;
  /** Default: the page's. */
  readonly fetch?: typeof fetch;
  /** Milliseconds until a request that is not answered is given up. Default 30,000. */
  readonly timeout?: number;
}

export interface LtiPlugin extends LmsPlugin {
  connect(options: ConnectOptions): Promise<XapiConnection>;
}

/**
 * The content's side of an LTI 1.3 launch. The tool's server has done the launch and holds its secrets; the page it ends in has a launch token, asks with it for a
 * short-lived one, and records to the server, which tells the platform's gradebook (AGS) what came of it.
 *
 * `connect` throws DeliveryError `launch-invalid` with the `field`; `unauthorized` when the launch is over.
 */
export function ltiPlugin(options: LtiPluginOptions = {}): LtiPlugin {
  const view = options.window ?? (typeof window === 'undefined' ? undefined : window);
  return defineLmsPlugin({
    name: 'lti',
    detect: () => isLtiLaunch(view),
    explain: () => explainLti(view),
    async connect(connecting): Promise<XapiConnection> {
      if (!view) throw new DeliveryError('lms-gone', 'There is no window here.');
      const { window: _window, fetch: send, timeout, ...keeping } = options;
      const { tokenUrl, launch } = readLtiLaunch(view);
      const over = { ...(send ? { fetch: send } : {}), ...(timeout === undefined ? {} : { timeout }) };
      const info = await fetchLaunch(tokenUrl, { ...over, headers: { Authorization: `Bearer ${launch}` } });
      const { registration } = info;
      if (registration === undefined) throw new DeliveryError('launch-invalid', 'The launch names no registration.', { field: 'registration' });
      const connection = await xapiPlugin({ ...keeping, ...over, ...info, registration }).connect(connecting);
      return Object.defineProperties({} as XapiConnection, { ...Object.getOwnPropertyDescriptors(connection), plugin: { value: 'lti', enumerable: true } });
    },
  }) as LtiPlugin;
}
