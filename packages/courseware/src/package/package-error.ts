import { LecternError } from '@lectern/core';

/** Why a package was refused. */
export type PackageErrorCode =
  /** No zip archive, and no course structure XML either. */
  | 'not-a-zip'
  /** The archive ends before it is complete. */
  | 'truncated'
  /** The archive contradicts itself, or a checksum does not match. */
  | 'corrupt'
  /** A name or reference leads out of the package. */
  | 'path-traversal'
  | 'duplicate-name'
  | 'too-many-entries'
  | 'too-large'
  /** Compressed more than honest content ever is: a decompression bomb. */
  | 'ratio'
  | 'encrypted'
  | 'symlink'
  /** A compression method that is not stored or deflate. */
  | 'unsupported-compression'
  /** None of course.json, cmi5.xml, imsmanifest.xml, tincan.xml, h5p.json. */
  | 'no-manifest'
  | 'malformed-xml'
  /** A document type declaration or entity: refused unread. */
  | 'doctype'
  | 'xml-too-large'
  | 'xml-too-deep'
  | 'malformed-json'
  /** A manifest of a standard that is not read here. */
  | 'wrong-standard'
  | 'identifier-missing'
  | 'identifier-duplicate'
  /** A reference inside the manifest that names nothing. */
  | 'reference-missing'
  | 'element-missing'
  | 'element-unknown'
  /** It stands in the wrong place, or too often. */
  | 'element-misplaced'
  | 'attribute-unknown'
  | 'value-invalid'
  /** Neither relative nor `http:` nor `https:`. */
  | 'unsafe-url'
  | 'relative-url'
  | 'no-launch-url'
  | 'file-missing'
  | 'no-launchable-item'
  | 'invalid-course'
  /** The course cannot be packed as what was asked for. */
  | 'unit-unpackable'
  | 'target-unknown'
  /** What plays H5P content (h5p-standalone) is not at hand. */
  | 'h5p-player-missing'
  /** A file of the player's is missing: it was not built, or not installed whole. */
  | 'player-missing';

/** A package, or a file in it, that cannot be taken. `file`, `field` and `clause` say where and by which rule. */
export class PackageError extends LecternError<PackageErrorCode> {}

/** Something odd in a package that was read all the same. */
export interface PackageWarning {
  readonly code:
    | 'name-encoding'
    | 'backslash-name'
    | 'wrapped-folder'
    | 'file-missing'
    | 'name-case'
    | 'not-launchable'
    | 'organizations-ignored'
    | 'default-organization'
    | 'standard-guessed'
    | 'value-ignored'
    | 'external-launch'
    | 'manifests-ignored'
    /** A resource that is known, and that nothing here can play: a discussion, an assignment. */
    | 'not-playable'
    /** A question of a test that a quiz asks otherwise than its author meant. */
    | 'quiz-simplified'
    /** An LTI link: it is launched where its tool is registered. */
    | 'tool-needed'
    | 'organization-empty'
    /** What lies outside the package, so that a network is needed. */
    | 'outside-reference'
    /** The package's standard cannot say it, so it is left out of the manifest. */
    | 'not-carried';
  readonly message: string;
  readonly file?: string;
  readonly field?: string;
}
