import type { Iri } from '@lectern/core';
import type { PackageFile } from '../package/read-package.js';
import type { PackageWarning } from '../package/package-error.js';
import type { Crc32 } from './crc32.js';

/** What a course is packed as. `cc`: IMS Common Cartridge 1.1, the version that every importer takes. */
export type PackTarget = 'scorm12' | 'scorm2004-3' | 'scorm2004-4' | 'cmi5' | 'xapi' | 'cc';

export const PACK_TARGETS: readonly PackTarget[] = ['scorm12', 'scorm2004-3', 'scorm2004-4', 'cmi5', 'xapi', 'cc'];

/**
 * What an LMS starts. `single`: the course, which leads through its units itself. `multi`: each unit, and the LMS leads.
 * A SCO of a SCORM course, an AU of a cmi5 course are then started as themselves, where the package is of their own standard.
 */
export type PackSplit = 'single' | 'multi';

/** A file that goes into a package. */
export type PackFile = Pick<PackageFile, 'path' | 'size' | 'chunks'>;

/** The built player: where its files come from is the caller's to know. Paths are below the player's folder in the package. */
export interface PlayerFiles {
  /** All that a course with such units needs. */
  readonly files: readonly PackFile[];
}

export interface PackOptions {
  readonly as: PackTarget;
  /** Default: `multi` where every unit is of the package's own standard, else `single`. */
  readonly split?: PackSplit;
  /** The course's activity id. Default: `course.id`. */
  readonly id?: Iri;
  /** Scaled score, 0 to 1, at which the LMS calls the whole course passed. Default for a single unit: the unit's own. */
  readonly masteryScore?: number;
  /** The standard's schema files, to lie at the package's root; the manifest then says where they are. */
  readonly schemas?: readonly PackFile[];
  readonly crc32?: Crc32;
  readonly onProgress?: (progress: PackProgress) => void;
  readonly onWarning?: (warning: PackageWarning) => void;
  readonly signal?: AbortSignal;
}

/** In bytes of what goes in, before it is compressed. */
export interface PackProgress {
  readonly done: number;
  readonly total: number;
}

export interface PackResult {
  readonly as: PackTarget;
  readonly split: PackSplit;
  /** The manifest's name in the package. */
  readonly manifest: string;
  /** What an LMS starts. */
  readonly launches: number;
  readonly files: number;
  /** Of the package. */
  readonly bytes: number;
  readonly warnings: readonly PackageWarning[];
}

/** SCORM of whichever edition. */
export const isScorm = (as: PackTarget): boolean => as.startsWith('scorm');
