import type { Verb } from './statement.js';

const verb = (id: string, display: string): Verb => ({ id, display: { en: display } });
const adl = (name: string): Verb => verb(`http://adlnet.gov/expapi/verbs/${name}`, name);
const video = (name: string): Verb => verb(`https://w3id.org/xapi/video/verbs/${name}`, name);

/** The verbs Lectern writes, each with the IRI its standard gives. */
export const VERBS = {
  initialized: adl('initialized'), // cmi5 9.3.2
  completed: adl('completed'), // cmi5 9.3.3
  passed: adl('passed'), // cmi5 9.3.4
  failed: adl('failed'), // cmi5 9.3.5
  terminated: adl('terminated'), // cmi5 9.3.8
  progressed: adl('progressed'), // ADL verb list
  attempted: adl('attempted'), // ADL verb list
  interacted: adl('interacted'), // video profile 1.0.3
  answered: adl('answered'), // ADL verb list
  responded: adl('responded'), // SCORM profile: interactions
  scored: adl('scored'), // ADL verb list
  suspended: adl('suspended'), // SCORM profile
  resumed: adl('resumed'), // SCORM profile
  launched: adl('launched'), // cmi5 9.3.1, the LMS's
  registered: adl('registered'),
  played: video('played'), // video profile 1.0.3
  paused: video('paused'),
  seeked: video('seeked'),
  used: verb('https://w3id.org/xapi/seriousgames/verbs/used', 'used'),
  abandoned: verb('https://w3id.org/xapi/adl/verbs/abandoned', 'abandoned'), // cmi5 9.3.6, the LMS's
  waived: verb('https://w3id.org/xapi/adl/verbs/waived', 'waived'), // cmi5 9.3.7, the LMS's
  satisfied: verb('https://w3id.org/xapi/adl/verbs/satisfied', 'satisfied'), // cmi5 9.3.9, the LMS's
  conferred: verb('https://w3id.org/xapi/tla/verbs/conferred', 'conferred'), // the institution's server alone
  revoked: verb('https://w3id.org/xapi/tla/verbs/revoked', 'revoked'),
  verified: verb('https://w3id.org/xapi/tla/verbs/verified', 'verified'),
} as const satisfies Record<string, Verb>;

export const ACTIVITY_TYPES = {
  course: 'http://adlnet.gov/expapi/activities/course',
  lesson: 'http://adlnet.gov/expapi/activities/lesson',
  module: 'http://adlnet.gov/expapi/activities/module',
  media: 'http://adlnet.gov/expapi/activities/media',
  assessment: 'http://adlnet.gov/expapi/activities/assessment',
  interaction: 'http://adlnet.gov/expapi/activities/cmi.interaction',
  simulation: 'http://adlnet.gov/expapi/activities/simulation',
  attempt: 'http://adlnet.gov/expapi/activities/attempt',
  step: 'http://id.tincanapi.com/activitytype/step',
  document: 'http://id.tincanapi.com/activitytype/document',
  object: 'https://w3id.org/xapi/seriousgames/activity-types/item',
  video: 'https://w3id.org/xapi/video/activity-type/video',
  audio: 'https://w3id.org/xapi/audio/activity-type/audio', // audio profile 1.0
  profile: 'http://adlnet.gov/expapi/activities/profile',
} as const;

export const CATEGORIES = {
  cmi5: 'https://w3id.org/xapi/cmi5/context/categories/cmi5',
  moveOn: 'https://w3id.org/xapi/cmi5/context/categories/moveon',
  video: 'https://w3id.org/xapi/video',
  audio: 'https://w3id.org/xapi/audio',
  scorm: 'https://w3id.org/xapi/scorm',
} as const;

const videoExtension = 'https://w3id.org/xapi/video/extensions/';

/** No profile in use has terms for pages that were read (ADL's Actionable Data Book has verbs alone, and of the act, not of the extent): these are Lectern's. */
const documentExtension = 'https://w3id.org/lectern/document/extensions/';

export const EXTENSIONS = {
  sessionId: 'https://w3id.org/xapi/cmi5/context/extensions/sessionid',
  masteryScore: 'https://w3id.org/xapi/cmi5/context/extensions/masteryscore',
  progress: 'https://w3id.org/xapi/cmi5/result/extensions/progress',
  /** By what rule content that speaks no standard was completed: `policy`, `seconds` or `fraction`, and `declaredBy` (`course`, `import`, `default`). */
  completionPolicy: 'https://w3id.org/lectern/course/extensions/completion-policy',
  document: {
    /** The page the reader is on, the first is 1. */
    page: `${documentExtension}page`,
    /** How many there are. */
    pages: `${documentExtension}pages`,
    /** Stretches of pages, both ends included, as the video profile writes played segments: `1[.]3[,]7[.]7`. */
    pagesRead: `${documentExtension}pages-read`,
    /** By what rule pages count and complete: `completionThreshold`, and `minPageSeconds` where the unit declares it. */
    completionPolicy: `${documentExtension}completion-policy`,
  },
  video: {
    time: `${videoExtension}time`,
    timeFrom: `${videoExtension}time-from`,
    timeTo: `${videoExtension}time-to`,
    progress: `${videoExtension}progress`,
    playedSegments: `${videoExtension}played-segments`,
    length: `${videoExtension}length`,
    sessionId: `${videoExtension}session-id`,
    completionThreshold: `${videoExtension}completion-threshold`,
    volume: `${videoExtension}volume`,
    speed: `${videoExtension}speed`,
    fullScreen: `${videoExtension}full-screen`,
    screenSize: `${videoExtension}screen-size`,
    playbackSize: `${videoExtension}video-playback-size`,
    captionsLanguage: `${videoExtension}cc-subtitle-lang`,
    captionsEnabled: `${videoExtension}cc-enabled`,
  },
} as const;
