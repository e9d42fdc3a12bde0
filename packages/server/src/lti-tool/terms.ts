/** Names of LTI 1.3 and LTI Advantage that a tool needs beside those of `lti-platform/lti-terms.ts`, with the clause each comes from. */

const deepLinking = (name: string): string => `https://purl.imsglobal.org/spec/lti-dl/claim/${name}`;

export const DEEP_LINKING = {
  settings: deepLinking('deep_linking_settings'), // Deep Linking 2.0, 4.4.1
  contentItems: deepLinking('content_items'), // 4.5.2
  data: deepLinking('data'), // 4.5.3
} as const;

export const MESSAGES = {
  resourceLink: 'LtiResourceLinkRequest', // LTI 1.3, 5.3.1
  deepLinking: 'LtiDeepLinkingRequest', // Deep Linking 2.0, 4.3
  deepLinkingResponse: 'LtiDeepLinkingResponse', // 4.5
} as const;

/** LTI 1.3 Migration 1.0, 3.1. */
export const MIGRATION_CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/lti1p1';

export const LINE_ITEM_SCOPE = 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem'; // AGS 2.0, 3.1

/** Who looks after the learning of others (LTI 1.3, A.2.2, A.2.3). */
const STAFF = /\/vocab\/lis\/v2\/(?:membership(?:\/\w+)?#(?:Instructor|ContentDeveloper|Manager|Administrator|Mentor|TeachingAssistant|Grader)|institution\/person#(?:Instructor|Faculty|Staff|Administrator)|system\/person#(?:Administrator|SysAdmin))$/;

/** In its context; where no role of the context is named, in the institution. */
export function isStaff(roles: readonly string[]): boolean {
  const inContext = roles.filter((role) => /\/membership(?:\/\w+)?#/.test(role));
  return (inContext.length > 0 ? inContext : roles).some((role) => STAFF.test(role));
}
