import type { ToldKeepError } from '../offline/keep-error.js';
import type { KeepPlan, KeepProgress, KeptEntry, KeptMode } from '../offline/kept-store.js';

/** What the player has the content origin do with what it keeps. Names are the player's own: another page has others. */
export type KeeperCommand =
  /** Fetches and keeps; and the courseware frame's own page, without which nothing kept would run. */
  | { readonly do: 'keep'; readonly plan: KeepPlan; /** And what plays H5P, as its host has put it beside the frame. */ readonly h5p?: boolean }
  | { readonly do: 'stop' }
  | { readonly do: 'mode'; readonly id: string; readonly mode: KeptMode }
  | { readonly do: 'free'; readonly id: string };

export type KeeperAnswer = { readonly ok: true; readonly entry?: KeptEntry; /** What plays H5P is kept. */ readonly h5p?: boolean } | { readonly ok: false; readonly error: ToldKeepError };

export interface KeeperNews {
  readonly progress: KeepProgress;
}
