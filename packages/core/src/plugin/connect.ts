import type { LmsPlugin } from './connection.js';

/** What became of one plugin that was asked. */
export interface PluginTrial {
  readonly plugin: string;
  readonly atHome: boolean;
  /** What it looked for, and found or not. Absent where the plugin does not say. */
  readonly why?: string;
}

/** Which plugin is at home on a page, and why none before it was. */
export interface PluginChoice {
  /** Absent: none is at home. */
  readonly plugin?: LmsPlugin;
  /** Those that were asked, in their order; the last is the one that was taken, if any was. */
  readonly trials: readonly PluginTrial[];
}

/** Asks plugins in order of preference whether they are at home on this page; stops at the first that is. Connects to nothing. */
export async function chooseLms(plugins: readonly LmsPlugin[]): Promise<PluginChoice> {
  const trials: PluginTrial[] = [];
  for (const plugin of plugins) {
    const atHome = await plugin.detect();
    const why = plugin.explain?.();
    trials.push({ plugin: plugin.name, atHome, ...(why === undefined ? {} : { why }) });
    if (atHome) return { plugin, trials };
  }
  return { trials };
}
