import { RemoteError } from '@lectern/courseware/remote';
import { PlayerError } from '../player-error.js';
import { ExplainedError } from './explained-error.js';

/** Faults of courses that are read from packages and bare files, with their words. */

export const unknownFormat = (url: string, what: string): ExplainedError =>
  new ExplainedError(
    'course-unknown',
    `Neither a course, a package, nor media: ${what}.`,
    ({ msg }) => ({
      title: msg('This is nothing the player can open'),
      advice: msg('It opens courses, course packages, videos, sound, PDF, EPUB and pictures. Tell your teacher or the support of this site, with the details below.'),
    }),
    { file: url },
  );

export const needsContentOrigin = (unit: string): ExplainedError =>
  new ExplainedError(
    'unit-needs-content-origin',
    'The unit is foreign content in a package, and neither the course nor the attribute "frame" names the courseware frame of a content origin to run it on.',
    ({ msg }) => ({
      title: msg('This page cannot run units of this kind'),
      advice: msg('It needs a separate address for foreign content, which this page does not name. Videos and documents of the course play all the same.'),
    }),
    { field: unit },
  );

export const needsServer = (unit: string): ExplainedError =>
  new ExplainedError(
    'unit-needs-server',
    'The unit is launched by a server, which has to know the course: import the package there, and play the course that it serves.',
    ({ msg }) => ({
      title: msg('This unit needs a learning server'),
      advice: msg('Units of this kind are started by a server that knows the course, and this package was opened by its address alone. Ask your teacher for the course on the server.'),
    }),
    { field: unit },
  );

export const needsUnpacking = (unit: string): ExplainedError =>
  new ExplainedError(
    'unit-needs-unpacking',
    'The unit’s description leads to files beside it, which a page can only load where the package is unpacked.',
    ({ msg }) => ({ title: msg('This unit cannot be played from a package'), advice: msg('It plays where the package is unpacked or imported. Ask your teacher for the course on the server.') }),
    { field: unit },
  );

export const fileTooLarge = (file: string, size: number, limit: number): ExplainedError =>
  new ExplainedError(
    'file-too-large',
    `"${file}" has ${size} bytes; without a content origin at most ${limit} are read out of a package.`,
    ({ msg }) => ({
      title: msg('This file is too large to be read out of the package here'),
      advice: msg('It would have to be loaded whole before it plays. Ask your teacher for the course on the server, where it plays at once.'),
    }),
    { file },
  );

/** What reading from the web met, as the player says it. */
export function asSourceError(thrown: unknown): unknown {
  if (!(thrown instanceof RemoteError)) return thrown;
  const { code, message, file = '', status } = thrown;
  switch (code) {
    case 'remote-changed':
      return new ExplainedError('course-changed', message, ({ msg }) => ({ title: msg('The course has been replaced'), advice: msg('Its file changed while it was being read. Open it anew.') }), { file, cause: thrown });
    case 'remote-too-large':
      return new PlayerError('course-too-large', message, { file, cause: thrown });
    case 'remote-refused':
      return new PlayerError(status === 404 || status === 410 ? 'course-missing' : status === 401 || status === 403 ? 'course-forbidden' : 'course-refused', message, { file, cause: thrown });
    case 'remote-unreachable':
      return new PlayerError(navigator.onLine ? 'course-unreachable' : 'course-offline', message, { file, cause: thrown });
  }
}
