import type { Localizer } from '../internal/localize.js';

/** What a code of the record store means, for people. */
export function plainReason(code: string, { msg }: Localizer): string | undefined {
  switch (code) {
    case 'network':
    case 'timeout':
    case 'not-found':
    case 'not-an-lrs':
    case 'server-error':
      return msg('the record store cannot be reached');
    case 'busy':
      return msg('the record store is busy');
    case 'unauthorized':
      return msg('your sign-in has ended');
    case 'rejected':
      return msg('the record store refuses it');
    case 'conflict':
      return msg('the record store has another record in its place');
    case 'too-large':
      return msg('it is too large for the record store');
    case 'statement-invalid':
    case 'document-invalid':
      return msg('it breaks the rules for records');
    case 'redaction-failed':
      return msg('this site could not remove what must not be recorded');
    default:
      return undefined;
  }
}
