import { createHash } from 'node:crypto';
import type { Iri } from '@lectern/core';
import { PackageError, readUnpackedPackage, type CoursePackage } from '@lectern/courseware';
import type { ContentStore } from '../content/content-store.js';
import { ServerError } from '../errors.js';
import type { CourseStore, CourseSummary } from './course-store.js';
import type { Upload } from './upload.js';

export interface ImportServices {
  readonly courses: CourseStore;
  readonly content: ContentStore;
  /** Makes the activity id of a course that is imported. */
  readonly courseIri: (id: string) => Iri;
}

export interface ImportOptions {
  readonly tenantId: number;
  /** Who imports it, for the audit. */
  readonly by: string;
  /** Address of the course. Absent: made of the content, so that the same package twice is one course. */
  readonly id?: string;
  /** Activity id. Absent: by the server's rule. */
  readonly iri?: Iri;
  /** Name of the manifest to read it by. Absent: the one that says most. */
  readonly manifest?: string | undefined;
}

/**
 * Reads a package and makes it a course: its files first, its row last, so that a crash leaves no half course.
 * @throws PackageError and ServerError `package-invalid` for what is wrong with the package
 */
export async function importPackage({ courses, content, courseIri }: ImportServices, upload: Upload, { tenantId, by, id: wanted, iri, manifest }: ImportOptions): Promise<CourseSummary> {
  const id = wanted ?? createHash('sha256').update([tenantId, upload.hash, ...(manifest === undefined ? [] : [manifest])].join('\n')).digest('hex').slice(0, 20);
  const pack = await refuseAsClientError(readUnpackedPackage(upload.source, { id: iri ?? courseIri(id), ...(manifest === undefined ? {} : { manifest }) }));
  try {
    const draft = await content.draft(id);
    try {
      await refuseAsClientError(writeFiles(pack, draft));
      return await courses.put(tenantId, id, pack.course, upload.hash, pack.warnings, by, () => draft.commit(), pack.definitions);
    } catch (error) {
      await draft.discard();
      throw error;
    }
  } finally {
    await pack.close();
  }
}

async function writeFiles(pack: CoursePackage, draft: { write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> }): Promise<void> {
  for (const file of pack.files()) await draft.write(file.path, file.chunks());
}

const refuseAsClientError = <T>(result: Promise<T>): Promise<T> => result.catch((error: unknown) => Promise.reject(asClientError(error)));

/** What is too much is 413, everything else that is wrong with a package 422 by its own code. */
function asClientError(error: unknown): Error {
  if (error instanceof PackageError && (error.code === 'too-large' || error.code === 'too-many-entries' || error.code === 'xml-too-large')) {
    return new PackageStatusError(error, 413);
  }
  return error instanceof Error ? error : new ServerError('internal', 'The package could not be read.', { cause: error });
}

/** A package error with a status of its own. */
export class PackageStatusError extends PackageError {
  readonly status: number;

  constructor(error: PackageError, status: number) {
    super(error.code, error.message, {
      ...(error.file === undefined ? {} : { file: error.file }),
      ...(error.field === undefined ? {} : { field: error.field }),
      ...(error.clause === undefined ? {} : { clause: error.clause }),
      cause: error,
    });
    this.status = status;
  }
}
