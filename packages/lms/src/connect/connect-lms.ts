import { chooseLms, type ConnectOptions, type LmsConnection, type LmsPlugin, type PluginTrial } from '@lectern/core';
import { standardPlugins } from './standard-plugins.js';
import { unrecordedPlugin } from './unrecorded.js';
import type { FanOutTarget } from '../fan-out/target.js';

export interface ConnectLmsOptions extends ConnectOptions {
  /** In order of preference. Default {@link standardPlugins}. */
  readonly plugins?: readonly LmsPlugin[];
  /** Connected where none of `plugins` is at home: the endpoint that the page was given, say. Default {@link unrecordedPlugin}. */
  readonly fallback?: LmsPlugin;
  /** Where statements go as well, whichever plugin it is: the nation's LRS beside the LMS's gradebook (`fanOutPlugin`). */
  readonly others?: readonly FanOutTarget[];
}

/** Where a page found itself, and why. */
export interface LmsConnected {
  readonly connection: LmsConnection;
  /** Name of the plugin that was taken; `none` where nothing is recorded. */
  readonly plugin: string;
  /** No plugin was at home: it is `fallback`. */
  readonly fellBack: boolean;
  /** Those that were asked, in their order, each with what it looked for. */
  readonly trials: readonly PluginTrial[];
  /** All of that in a sentence or two, for whoever looks after the page. English. */
  readonly why: string;
}

/**
 * Finds out where this page runs, and connects there: the first plugin that is at home, else `fallback`. A plugin that is at home and cannot connect is an
 * error and not passed over: what the learner does must not end up somewhere else than where they were sent from.
 * @throws LecternError when the LMS refuses or cannot be reached
 */
export async function connectLms({ plugins = standardPlugins(), fallback = unrecordedPlugin(), others = [], course, consent }: ConnectLmsOptions): Promise<LmsConnected> {
  const { plugin, trials } = await chooseLms(plugins);
  const chosen = plugin ?? fallback;
  const connection = await (await alsoTo(chosen, others)).connect({ course, consent });
  return { connection, plugin: chosen.name, fellBack: plugin === undefined, trials, why: whyOf(chosen, trials, plugin === undefined) };
}

/** The fan-out loads where there is somewhere to fan out to. */
export async function alsoTo(plugin: LmsPlugin, others: readonly FanOutTarget[]): Promise<LmsPlugin> {
  if (others.length === 0) return plugin;
  const { fanOutPlugin } = await import('../fan-out/plugin.js');
  return fanOutPlugin({ primary: plugin, others });
}

function whyOf(chosen: LmsPlugin, trials: readonly PluginTrial[], fellBack: boolean): string {
  const said = ({ plugin, why }: PluginTrial): string => `${plugin}: ${why ?? 'no.'}`;
  if (!fellBack) return said(trials.at(-1)!);
  const away = trials.length > 0 ? ` No other was at home (${trials.map(said).join(' ')})` : '';
  return `${chosen.name}: ${chosen.explain?.() ?? 'given as the fallback.'}${away}`;
}
