import type { Activity, Course, Iri } from '@lectern/core';
import type { PackageWarning } from './package-error.js';
import type { PackageFiles } from './references.js';

/** What every reader of a manifest is given. */
export interface ManifestOptions {
  /** The course's activity id: the LMS's own, never the package's word. */
  readonly id: Iri;
  /** Name of the manifest's file, for errors. */
  readonly file?: string;
  /** The package's files. Absent: the manifest came alone, and references are not looked up. */
  readonly files?: PackageFiles;
  /**
   * Reads a file that the manifest leads to, by its path as the manifest's references resolve: in the package, or beside the manifest.
   * Absent: what needs it is left out with a warning.
   */
  readonly read?: (path: string) => Promise<Uint8Array>;
}

/** What every reader of a manifest gives. */
export interface ReadManifest {
  readonly course: Course;
  readonly warnings: readonly PackageWarning[];
  /** What the package says of activities, for the record store. */
  readonly definitions?: readonly Activity[];
}
