import type { UnitKind } from '../../course/units.js';
import type { StatementProfile } from '../profile.js';
import { assessmentProfile } from './assessment.js';
import { documentProfile } from './document.js';
import { h5pProfile, pageProfile } from './page.js';
import { scormProfile } from './scorm.js';
import { simulationProfile } from './simulation.js';
import { audioProfile, videoProfile } from './video.js';

export { assessmentProfile, audioProfile, documentProfile, h5pProfile, pageProfile, scormProfile, simulationProfile, videoProfile };

/** The profile of each kind of unit. cmi5 and Tin Can units write their own statements, and of tools the server does: none of ours. */
export const PROFILES: Readonly<Record<UnitKind, StatementProfile | undefined>> = {
  video: videoProfile,
  audio: audioProfile,
  document: documentProfile,
  scorm: scormProfile,
  html: pageProfile,
  link: pageProfile,
  simulation: simulationProfile,
  quiz: assessmentProfile,
  h5p: h5pProfile,
  cmi5: undefined,
  xapi: undefined,
  lti: undefined,
};
