import type { ConnectOptions, LmsConnection, LmsPlugin } from './connection.js';

/**
 * Connects through the first plugin that is at home on this page.
 * @param plugins in order of preference
 * @returns `undefined` when none is at home: the page then records nothing, and must say so
 * @throws LecternError when the LMS refuses or cannot be reached
 */
export async function connectLms(plugins: readonly LmsPlugin[], options: ConnectOptions): Promise<LmsConnection | undefined> {
  for (const plugin of plugins) {
    if (await plugin.detect()) return plugin.connect(options);
  }
  return undefined;
}
