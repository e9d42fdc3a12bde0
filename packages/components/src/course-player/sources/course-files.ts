import type { Unit } from '@lectern/core';
import type { DownloadProgress } from '@lectern/courseware/remote';
import type { PackageFeed } from '@lectern/courseware/frame';
import type { TemplateResult } from 'lit';
import type { Localizer } from '../../internal/localize.js';

/** What a download shows, and how it is stopped. */
export interface DownloadModel {
  readonly words: Localizer;
  readonly level: number;
  cancel(): void;
}

/** A picture of a download. It comes with whoever downloads. */
export type DownloadView = (model: DownloadModel) => TemplateResult;

/** What a source is opened with. */
export interface SourceContext {
  readonly signal: AbortSignal;
  /** Absolute URL of the courseware frame for a course that names none. */
  readonly frame?: string | undefined;
  /** Media type that the page declares, for what no content tells: `text/html`, `text/markdown`. */
  readonly type?: string | undefined;
  /** Something large is being downloaded, or is no more. */
  onDownload?(view: DownloadView | undefined, progress: DownloadProgress | undefined): void;
}

export interface PrepareOptions {
  readonly signal: AbortSignal;
  readonly languages: readonly string[];
  onDownload(view: DownloadView | undefined): void;
}

/** A unit that this page can open. */
export interface PreparedUnit {
  readonly unit: Unit;
  /** Its view, where it is not its kind's own. */
  readonly load?: () => Promise<{ readonly open: unknown }>;
}

/** The files of a course that is in a package. */
export interface CourseFiles {
  /** The way by which foreign content on the content origin gets them; absent without one. */
  readonly feed: PackageFeed | undefined;
  /**
   * The unit with addresses that this page can load; they are let go of with the signal.
   * @throws LecternError where this page cannot
   */
  prepare(unit: Unit, options: PrepareOptions): Promise<PreparedUnit>;
  /** Ends every transfer. What is asked for later begins anew. */
  rest(): void;
}
