import { isObject } from '../outbox/record.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { LmsConnection, LmsPlugin } from '@lectern/core';

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
      return connection;
    },
  });
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
  if (!capabilities.launch) return;
  for (const field of ['launch', 'observe'] as const) {
    if (typeof connection[field] !== 'function') throw invalid(field, `The connection of "${plugin}" says it can launch, but has no "${field}".`);
  }
}

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('plugin-invalid', message, { field });
