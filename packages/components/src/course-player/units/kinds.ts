import type { UnitKind } from '@lectern/core';
import type { IconName } from '../../internal/icons.js';
import type { Localizer } from '../../internal/localize.js';

/** What the player knows of a kind of unit before one of it opens. */
export interface KindOfUnit {
  readonly icon: IconName;
  /** What people call it. */
  words(localizer: Localizer): string;
  /** It cannot run before the learner's record is there: its content would overwrite what it cannot see. */
  readonly needsRecord?: true;
  /** Its view, with `open`: comes when the first unit of the kind opens. */
  load(): Promise<{ readonly open: unknown }>;
}

const lesson = ({ msg }: Localizer): string => msg('Lesson');

/** Every kind of unit has its row here, and its view in `units/<kind>.ts`. */
export const KINDS: Readonly<Record<UnitKind, KindOfUnit>> = {
  // People wait for a video: its view is in the bundle, see opened-unit.ts.
  video: { icon: 'video', words: ({ msg }) => msg('Video'), load: () => import('./video.js') },
  audio: { icon: 'audio', words: ({ msg }) => msg('Audio'), load: () => import('./video.js') },
  document: { icon: 'document', words: ({ msg }) => msg('Reading'), load: () => import('./document.js') },
  scorm: { icon: 'lesson', words: lesson, needsRecord: true, load: () => import('./scorm.js') },
  html: { icon: 'lesson', words: lesson, load: () => import('./html.js') },
  link: { icon: 'link', words: ({ msg }) => msg('Web link'), load: () => import('./link.js') },
  // Tin Can launches as cmi5 does: a server makes the URL.
  cmi5: { icon: 'lesson', words: lesson, needsRecord: true, load: () => import('./cmi5.js') },
  xapi: { icon: 'lesson', words: lesson, needsRecord: true, load: () => import('./cmi5.js') },
  lti: { icon: 'lesson', words: ({ msg }) => msg('External tool'), needsRecord: true, load: () => import('./lti.js') },
  simulation: { icon: 'simulation', words: ({ msg }) => msg('Simulation'), needsRecord: true, load: () => import('./simulation.js') },
  quiz: { icon: 'quiz', words: ({ msg }) => msg('Quiz'), needsRecord: true, load: () => import('./quiz.js') },
  h5p: { icon: 'lesson', words: ({ msg }) => msg('Activity'), needsRecord: true, load: () => import('./h5p.js') },
};
