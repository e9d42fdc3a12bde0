/** Names of LTI 1.3 and LTI Advantage, with the clause each comes from. */

const claim = (name: string): string => `https://purl.imsglobal.org/spec/lti/claim/${name}`;

export const CLAIMS = {
  messageType: claim('message_type'), // LTI 1.3, 5.3.1
  version: claim('version'), // 5.3.2
  deploymentId: claim('deployment_id'), // 5.3.3
  targetLinkUri: claim('target_link_uri'), // 5.3.4
  resourceLink: claim('resource_link'), // 5.3.5
  roles: claim('roles'), // 5.3.7
  context: claim('context'), // 5.4.1
  toolPlatform: claim('tool_platform'), // 5.4.2
  launchPresentation: claim('launch_presentation'), // 5.4.4
  lis: claim('lis'), // 5.4.5
  custom: claim('custom'), // 5.4.6
  ags: 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint', // AGS 2.0, 3.1
  nrps: 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice', // NRPS 2.0, 3.6.1.1
} as const;

/** What a tool may be given. Line items are the platform's: none are made or changed by tools. */
export const SCOPES = {
  lineItems: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly', // AGS 2.0, 3.1
  results: 'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly', // 3.3
  scores: 'https://purl.imsglobal.org/spec/lti-ags/scope/score', // 3.4
  memberships: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly', // NRPS 2.0, 2.3
} as const;

export type ToolScope = (typeof SCOPES)[keyof typeof SCOPES];

export const ALL_SCOPES = Object.values(SCOPES) as readonly ToolScope[];

export const MEDIA = {
  lineItem: 'application/vnd.ims.lis.v2.lineitem+json', // AGS 2.0, 3.2.2
  lineItems: 'application/vnd.ims.lis.v2.lineitemcontainer+json', // 3.2.3
  results: 'application/vnd.ims.lis.v2.resultcontainer+json', // 3.3.2
  score: 'application/vnd.ims.lis.v1.score+json', // 3.4.1
  memberships: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json', // NRPS 2.0, 2.2
} as const;

/** LIS contexts' and members' words (LTI 1.3, A.2). */
export const LEARNER = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner';
export const COURSE_OFFERING = 'http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering';

const extension = 'https://w3id.org/lectern/lti/extensions/';

/** No xAPI profile has terms for AGS's: these are Lectern's. */
export const EXTENSIONS = {
  activityProgress: `${extension}activity-progress`,
  gradingProgress: `${extension}grading-progress`,
  targetLinkUri: `${extension}target-link-uri`,
} as const;
