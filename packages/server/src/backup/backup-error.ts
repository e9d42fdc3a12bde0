import { LecternError } from '@lectern/core';

/** Why a backup could not be made, read or restored. */
export type BackupErrorCode =
  /** Not a backup of Lectern's. */
  | 'backup-foreign'
  /** It ends before its end. */
  | 'backup-truncated'
  /** Its octets are not those that were written. */
  | 'backup-damaged'
  /** It is whole, and does not hold what a backup holds. */
  | 'backup-invalid'
  /** A newer Lectern made it. */
  | 'backup-newer'
  /** A newer Lectern has changed the database. */
  | 'database-newer'
  /** There is nothing to back up. */
  | 'database-empty'
  /** There is something where a backup is to be restored. */
  | 'not-empty'
  /** Another backup or restore is at work. */
  | 'backup-running'
  | 'file-exists'
  | 'file-unreadable'
  | 'file-unwritable'
  /** Somebody asked to stop. */
  | 'interrupted';

export class BackupError extends LecternError<BackupErrorCode> {}
