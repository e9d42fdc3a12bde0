import type { ClosedReason } from '@lectern/core';
import { str, type Localizer } from '../internal/localize.js';

/**
 * Why a unit may not be opened now.
 * @param missing titles of what comes first, where the course names it
 */
export function closedWords(reason: ClosedReason, missing: readonly string[], words: Localizer): string {
  const { msg } = words;
  const [first, ...others] = missing;
  if (first !== undefined && (reason === 'order' || reason === 'prerequisites')) {
    const more = words.number(others.length);
    return others.length === 0 ? msg(str`First: ${first}`) : msg(str`First: ${first} and ${more} more`);
  }
  switch (reason) {
    // The contents say it once for all.
    case 'waiting':
    case 'choice':
      return '';
    case 'order':
      return msg('Not open yet');
    case 'prerequisites':
      return msg('Other units come first');
    case 'disabled':
      return msg('Not open now');
    case 'attempts':
      return msg('No attempts left');
    case 'expired':
      return msg('Its time is over');
    case 'end':
    case 'unknown':
      return msg('Cannot be opened');
  }
}
