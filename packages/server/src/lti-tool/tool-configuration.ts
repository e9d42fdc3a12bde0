import type { Origins } from '../http/origins.js';
import { SCOPES } from '../lti-platform/lti-terms.js';
import { toolAddresses } from './addresses.js';
import { LINE_ITEM_SCOPE, MESSAGES } from './terms.js';

export const TITLE = 'Lectern';
export const DESCRIPTION = 'National learning resources: lessons, textbooks and simulations, with results in the gradebook.';

/** The services that this tool makes use of. */
export const TOOL_SCOPES: readonly string[] = [LINE_ITEM_SCOPE, SCOPES.results, SCOPES.scores, SCOPES.memberships];

/** A tool's description as Canvas imports it ("Enter URL" of a developer key of the kind LTI). */
export function toolConfiguration(origins: Origins): object {
  const { login, target, jwks } = toolAddresses(origins);
  const placement = (name: string, message: string): object => ({ placement: name, message_type: message, target_link_uri: target, text: TITLE });
  return {
    title: TITLE,
    description: DESCRIPTION,
    oidc_initiation_url: login,
    target_link_uri: target,
    public_jwk_url: jwks,
    scopes: TOOL_SCOPES,
    custom_fields: {},
    extensions: [{
      platform: 'canvas.instructure.com', domain: new URL(target).hostname, privacy_level: 'anonymous',
      settings: { text: TITLE, placements: [placement('link_selection', MESSAGES.deepLinking), placement('assignment_selection', MESSAGES.deepLinking)] },
    }],
  };
}
