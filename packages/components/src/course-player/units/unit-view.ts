import type { Course, Dispatched, LearningEventBody, LecternError, NavigationRequest, OpenedActivity, Session, Unit, UnitKind } from '@lectern/core';
import type { PackageFeed } from '@lectern/courseware/frame';
import type { Localizer } from '../../internal/localize.js';

/** What the player gives to the view of one open unit. */
export interface UnitContext<U extends Unit = Unit> {
  readonly course: Course;
  readonly unit: U;
  /** An empty element in the player's shadow tree: the view's to fill. The player throws it away after `close()`. */
  readonly host: HTMLElement;
  /** Absolute URL against which the unit's relative URLs resolve. */
  readonly base: string;
  /** By which foreign content gets the files of the package it is in: for the courseware frame. */
  readonly feed?: PackageFeed | undefined;
  /** The page vouches for the content: its frame may be on the page's own origin. */
  readonly trusted?: boolean | undefined;
  /** The unit's part in the course's sequencing, where it has any. */
  readonly activity?: OpenedActivity | undefined;
  /** An element with this unit's media, already loading (the page's own, or a stream's): the view takes it over. */
  readonly media?: HTMLMediaElement | undefined;
  /** BCP 47 tags of the reader, the preferred first: for `pickText`. */
  readonly languages: readonly string[];
  /** URL of the folder with what pdf.js fetches, where the page names one. */
  readonly pdfAssets?: string | undefined;
  /** The player's words: `words.msg('…')`. */
  readonly words: Localizer;
  /**
   * The learner's session, once what they did before is known. It never rejects: where no record can be kept, it is a session
   * whose connection keeps nothing (`connection.capabilities` are all false). A view that can start before it, should.
   */
  readonly session: Promise<Session>;
  /**
   * Tells what the content did. Before the session is there events wait, each with its time, and go in order when it comes
   * (`undefined` meanwhile). The player fires `learning-statement` for what any part records in the session: views do not.
   */
  dispatch(event: LearningEventBody): Dispatched | undefined;
  /** Shows, in place of the view, what went wrong and a way to try again. */
  fail(error: LecternError): void;
  /** Says something to screen readers, politely. */
  announce(message: string): void;
  /** Asks to leave the unit for another place, as `adl.nav.request` does. The player goes there as far as the course allows. */
  navigate(request: NavigationRequest): void;
  /** Aborted when the unit closes: hand it to `fetch` and `addEventListener`. */
  readonly signal: AbortSignal;
}

/** A unit that is open. */
export interface UnitView {
  /**
   * Lets go of the content. The learner leaves the unit, or the player is taken off the page. Tell first what is still to be told:
   * afterwards the player itself dispatches `suspended` (unless completed or passed) and `terminated`, which the session refuses
   * where the view has done so already. Called once.
   */
  close(): void | Promise<void>;
  /** The page is going away or into the back/forward cache: tell, synchronously, what would be lost. `suspended` and `terminated` follow as with `close`. */
  suspend?(): void;
  /** The page came back from the back/forward cache. Without this method the player dispatches `initialized` for a unit that was. */
  resume?(): void;
  /** Resolves when the content can be used, or has failed: the learner's record is not asked for before, so that the content has the network. */
  readonly playable?: Promise<unknown>;
  /** Moves the focus into the content. */
  focus?(): void;
}

/**
 * Opens a unit in its host. Each file `units/<kind>.ts` exports one named `open`.
 * @throws LecternError (or rejects) where the unit cannot be shown; the player shows it as `fail` does
 */
export type OpenUnit<U extends Unit = Unit> = (context: UnitContext<U>) => UnitView | Promise<UnitView>;

/** The unit of a kind. */
export type UnitOf<K extends UnitKind> = Extract<Unit, { readonly kind: K }>;
