import { LecternError } from '@lectern/core';

/** Why a command could not do its work; the server's own codes are passed on. */
export class CommandError extends LecternError<'key-missing' | 'secret-missing' | 'option-invalid' | 'file-unreadable' | 'server-unreachable' | (string & {})> {}
