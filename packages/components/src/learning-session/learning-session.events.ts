import type { PluginTrial } from '@lectern/core';

/** A way to an LMS was chosen, and is about to be connected. */
export class LmsChosenEvent extends Event {
  static readonly type = 'lms-chosen';
  /** The plugin's name; `none`: nothing is recorded. */
  readonly plugin: string;
  /** Those that were asked, in their order, each with what it looked for. */
  readonly trials: readonly PluginTrial[];

  constructor(plugin: string, trials: readonly PluginTrial[]) {
    super(LmsChosenEvent.type, { bubbles: true, composed: true });
    this.plugin = plugin;
    this.trials = trials;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lms-chosen': LmsChosenEvent;
  }
}
