import type { Seal } from '../auth/seal.js';
import { createSealedTokens, type SealedTokens } from '../lti-platform/sealed-token.js';

/** `state`: a login that has begun. `ticket`: a launch that was checked, and waits for the browser to show that it began it. `choice`: a place that content is chosen for. `place`: a resource link whose learners are shown. `register`: the registration of a platform. */
export type ToolPurpose = 'state' | 'ticket' | 'choice' | 'place' | 'register';

/** Characters: a platform's `data` comes back in a choice (Deep Linking 2.0, 4.4.1). */
const LONGEST = 64 * 1024;

export const createToolTokens = (seal: Seal, now: () => number = Date.now): SealedTokens<ToolPurpose> => createSealedTokens<ToolPurpose>(seal, now, { owner: 'lti-tool', longest: LONGEST });
