import { isObject } from '../outbox/record.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { LmsConnection, LmsPlugin } from '@lectern/core';

/** What a connection must have that says it can. */
const CAPABILITY_FUNCTIONS = { launch: ['launch', 'observe'], profiles: ['loadProfile', 'saveProfile'] } as const;

const CONNECTION_FUNCTIONS = ['loadState', 'saveState', 'record', 'report', 'close'] as const;

/**
 * Makes a plugin of what a university writes: checks its shape now, and the shape of each connection it makes, so that a mistake is named
 * where it was made and not when a learner's record is lost by it. The plugin is frozen; its `detect` no longer throws.
 * @throws DeliveryError `plugin-invalid`; `field` names what is wrong
 */
export function defineLmsPlugin(plugin: LmsPlugin): LmsPlugin {
  if (!isObject(plugin)) throw invalid('plugin', 'A plugin is an object.');
  const { name } = plugin;
  if (typeof name !== 'string' || name.trim() === '') throw invalid('name', 'A plugin needs a name.');
  for (const field of ['detect', 'connect'] as const) {
    if (typeof plugin[field] !== 'function') throw invalid(field, `The plugin "${name}" needs a function "${field}".`);
  }
  return Object.freeze<LmsPlugin>({
    name,
    ...(plugin.heedsConsent === true ? { heedsConsent: true } : {}),
    ...(typeof plugin.explain === 'function' ? { explain: () => explain(plugin) } : {}),
    async detect() {
      try {
        return (await plugin.detect()) === true;
      } catch {
        return false; // A plugin that cannot tell is not at home.
      }
    },
    async connect(options) {
      const connection = await plugin.connect(options);
      checkConnection(connection, name);
      if (plugin.heedsConsent === true && typeof connection.setConsent !== 'function') {
        throw invalid('setConsent', `The plugin "${name}" says it heeds consent, but its connection has no "setConsent".`);
      }
      return connection;
    },
  });
}

/** Words for people must not be what keeps a page from connecting. */
function explain(plugin: LmsPlugin): string {
  try {
    return String(plugin.explain!());
  } catch {
    return 'It cannot say why.';
  }
}

function checkConnection(connection: LmsConnection, plugin: string): void {
  if (!isObject(connection)) throw invalid('connect', `The plugin "${plugin}" made no connection.`);
  const missing = CONNECTION_FUNCTIONS.find((field) => typeof connection[field] !== 'function');
  if (missing) throw invalid(missing, `The connection of "${plugin}" needs a function "${missing}".`);
  const { learner, registration, launchMode, capabilities, delivery } = connection;
  if (!isObject(learner)) throw invalid('learner', `The connection of "${plugin}" names no learner.`);
  if (typeof registration !== 'string' || registration === '') throw invalid('registration', `The connection of "${plugin}" has no registration.`);
  if (!['Normal', 'Browse', 'Review'].includes(launchMode)) throw invalid('launchMode', `"${String(launchMode)}" is no launch mode.`);
  if (!isObject(capabilities)) throw invalid('capabilities', `The connection of "${plugin}" does not say what it can do.`);
  const sound = isObject(delivery) && (['getState', 'subscribe', 'flush'] as const).every((field) => typeof delivery[field] === 'function');
  if (!sound) throw invalid('delivery', `The connection of "${plugin}" does not tell what waits.`);
  for (const [capability, fields] of Object.entries(CAPABILITY_FUNCTIONS)) {
    if (!capabilities[capability as keyof typeof CAPABILITY_FUNCTIONS]) continue;
    const absent = fields.find((field) => typeof connection[field] !== 'function');
    if (absent) throw invalid(absent, `The connection of "${plugin}" says it is capable of "${capability}", but has no "${absent}".`);
  }
  const { conflicts, clock } = connection;
  if (conflicts !== undefined && typeof conflicts?.subscribe !== 'function') throw invalid('conflicts', `The connection of "${plugin}" has conflicts that cannot be subscribed to.`);
  if (clock === undefined) return;
  if (typeof clock?.now !== 'function' || typeof clock.correct !== 'function') throw invalid('clock', `The connection of "${plugin}" has a clock that does not tell the time.`);
}

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('plugin-invalid', message, { field });
