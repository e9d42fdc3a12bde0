import type { UnitKind } from '../../course/units.js';
import type { StatementProfile } from '../profile.js';
import { lessonProfile } from './cmi5.js';
import { assessmentProfile } from './assessment.js';
import { documentProfile } from './document.js';
import { scormProfile } from './scorm.js';
import { simulationProfile } from './simulation.js';
import { audioProfile, videoProfile } from './video.js';

export { assessmentProfile, audioProfile, documentProfile, lessonProfile, scormProfile, simulationProfile, videoProfile };

/** The profile of each kind of unit. cmi5 and Tin Can units write their own statements, and of tools the server does: none of ours. */
export const PROFILES: Readonly<Record<UnitKind, StatementProfile | undefined>> = {
  video: videoProfile,
  audio: audioProfile,
  document: documentProfile,
  scorm: scormProfile,
  html: lessonProfile,
  link: lessonProfile,
  simulation: simulationProfile,
  quiz: assessmentProfile,
  h5p: assessmentProfile,
  cmi5: undefined,
  xapi: undefined,
  lti: undefined,
};
