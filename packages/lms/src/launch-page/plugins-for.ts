import type { LmsPlugin } from '@lectern/core';

/** What a package of each kind speaks with: that of its own standard first. Each comes with its own chunk, so that a package carries one. */
export async function pluginsFor(as: string): Promise<readonly LmsPlugin[]> {
  switch (as) {
    case 'scorm12':
    case 'scorm2004-3':
    case 'scorm2004-4': {
      const { scorm12Plugin, scorm2004Plugin } = await import('../scorm/index.js');
      // An LMS may run a package of one version through the API of the other.
      return as === 'scorm12' ? [scorm12Plugin(), scorm2004Plugin()] : [scorm2004Plugin(), scorm12Plugin()];
    }
    default:
      return [];
  }
}
