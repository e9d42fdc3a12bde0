import { LecternError } from '@lectern/core';

/** Why a package did not get into the server; the server's own codes are passed on. */
export class ImportError extends LecternError<'key-missing' | 'file-unreadable' | 'server-unreachable' | (string & {})> {}
