import { LecternError } from '@lectern/core';

/** Why foreign content could not run, or what it could not keep. */
export type FrameErrorCode =
  /** The course names no courseware frame. */
  | 'frame-missing'
  /** The frame is on the page's own origin: foreign content would run as the page. */
  | 'frame-same-origin'
  /** No answer from the frame's page in time. */
  | 'frame-timeout'
  /** The content has replaced the frame's page. */
  | 'frame-lost'
  /** The frame's page speaks another version. */
  | 'frame-version'
  /** The content's page answered with an error status. */
  | 'content-missing'
  /** The content's storage took nothing: a crash now would lose what was not yet sent. */
  | 'journal-failed'
  /** What the content reported could not be recorded. */
  | 'record-failed'
  | 'launch-invalid'
  /** The book's files are encrypted for its publisher's own reader. */
  | 'book-protected'
  /** No EPUB, or one that cannot be read. */
  | 'book-damaged'
  /** The content origin has no h5p-standalone beside its frame. */
  | 'h5p-player-missing'
  /** A file that H5P content needs is not there, or is no JSON; its code threw. */
  | 'h5p-file-missing'
  | 'h5p-file-damaged'
  | 'h5p-failed'
  /** The content is in a package, and the content origin's worker, which reads it, could not be had. */
  | 'package-unavailable';

/** A fault between the player and the courseware frame. */
export class FrameError extends LecternError<FrameErrorCode> {}
