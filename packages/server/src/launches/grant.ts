import type { Agent, LaunchMode } from '@lectern/core';
import type { LearnerClaims, LearnerTokens } from '../auth/tokens.js';
import type { Origins } from '../http/origins.js';

/** What a token URL answers: all that a page needs to record for its learner. */
export interface Grant {
  readonly token: string;
  /** RFC 3339. */
  readonly expires: string;
  readonly endpoint: string;
  readonly actor: Agent;
  readonly registration?: string;
  readonly launchMode: LaunchMode;
  readonly launchUrl: string;
  readonly creditsUrl: string;
  readonly courseId?: string;
  readonly returnUrl?: string;
  /** Where outcomes go, for a platform's gradebook. */
  readonly outcomesUrl?: string;
}

export async function makeGrant(tokens: LearnerTokens, claims: LearnerClaims, origins: Origins, outcomesUrl?: string): Promise<Grant> {
  const { actor, registration, courseId, launchMode, returnUrl } = claims;
  return {
    ...(await tokens.issue('lrs', claims)),
    endpoint: `${origins.public}/xapi/`,
    actor,
    launchMode,
    launchUrl: `${origins.public}/launches/units`,
    creditsUrl: `${origins.public}/credits`,
    ...(registration === undefined ? {} : { registration }),
    ...(courseId === undefined ? {} : { courseId }),
    ...(returnUrl === undefined ? {} : { returnUrl }),
    ...(outcomesUrl === undefined ? {} : { outcomesUrl }),
  };
}
