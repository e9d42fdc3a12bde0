import type { Localizer } from '../../internal/localize.js';
import type { Keepable } from './keep-plan.js';

/** Why a unit is not on this device though its course is, for a learner. */
export function notKeptWords(why: Exclude<Keepable, 'yes'>, { msg }: Localizer): string {
  switch (why) {
    case 'needs-server':
      return msg('It is started by a server, so it cannot be kept on this device.');
    case 'unlisted':
      return msg('Its publisher does not say which files it has.');
    case 'no-player':
      return msg('The site lacks what plays H5P activities.');
    case 'live':
      return msg('It is a live broadcast, which has no end.');
    case 'protected':
      return msg('Its publisher has locked it against being kept.');
    case 'stream':
      return msg('Its film or sound is a stream that this browser cannot keep.');
    case 'needs-network':
      return msg('It is on another site, which cannot be kept on this device.');
  }
}

/** Units that no network brings back. */
export const isElsewhere = (why: Exclude<Keepable, 'yes'>): boolean => why === 'needs-server' || why === 'needs-network' || why === 'live';
