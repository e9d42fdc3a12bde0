/** A file of a course, open for reading. */
export interface ContentFile {
  /** Octets. */
  readonly size: number;
  readonly modifiedAt: Date;
  /** Strong entity tag, without quotes. */
  readonly etag: string;
  /** @param range both ends included; absent: all of it */
  read(range?: { readonly start: number; readonly end: number }): ReadableStream<Uint8Array>;
}

/** A course's files on their way in: nobody sees them before `commit`. */
export interface ContentDraft {
  write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes the files the course's, in place of what it had. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Where courses' files live. On disk for one machine; object storage implements the same for many.
 * Paths are relative, with slashes, and never lead out of the course: what does is not found.
 */
export interface ContentStore {
  draft(courseId: string): Promise<ContentDraft>;
  find(courseId: string, path: string): Promise<ContentFile | undefined>;
  /** All files of a course, by their paths. */
  list(courseId: string): Promise<readonly { readonly path: string; readonly size: number }[]>;
  remove(courseId: string): Promise<void>;
}
