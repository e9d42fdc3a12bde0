import type { LmsPlugin } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { defineLmsPlugin } from '../plugin/define.js';

/** A plugin of which only the question whether it is at home is here; the rest loads when it connects. */
export function lazyPlugin(name: string, detect: LmsPlugin['detect'], explain: () => string, heedsConsent: boolean, load: () => Promise<LmsPlugin>): LmsPlugin {
  return defineLmsPlugin({
    name,
    heedsConsent,
    detect,
    explain,
    async connect(options) {
      let plugin: LmsPlugin;
      try {
        plugin = await load();
      } catch (cause) {
        if (cause instanceof DeliveryError) throw cause;
        throw new DeliveryError('network', `What connects to the LMS (${name}) could not be loaded.`, { cause });
      }
      return plugin.connect(options);
    },
  });
}
