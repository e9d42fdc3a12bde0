import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { digestOf } from '../auth/secret.js';
import { escapeHtml, languageOf, pageHeaders, renderPage } from './html.js';
import { LaunchError } from './launch-error.js';
import { toolAddresses, readTarget } from './addresses.js';
import type { Platform } from './platform.js';
import { readParameters, required } from './read-form.js';
import type { LtiToolServices } from './services.js';
import { ServerError } from '../errors.js';

/** Seconds that a login may take: the learner may have to sign in at the platform. */
export const STATE_LIFETIME = 600;

/** What a login's state says. */
export interface LoginState {
  readonly platform: string;
  readonly nonce: string;
  /** Digest of the secret that this browser keeps, base64url. */
  readonly bound: string;
  /** The frame of the platform that keeps it where cookies are not kept. */
  readonly storage?: string;
}

/** What the browser's secret is called, in a cookie and in the platform's storage. */
export const bindingName = (state: string): string => `lectern_lti_${digestOf(state).toString('hex').slice(0, 16)}`;

/** `/lti/login`: OpenID Connect third-party initiated login (Security Framework 1.1, 5.1.1.1). */
export function loginRoutes({ platforms, toolTokens, originsOf }: LtiToolServices): Hono {
  const app = new Hono();
  app.on(['GET', 'POST'], '/login', async (c) => {
    const parameters = await readParameters(c);
    const issuer = required(parameters, 'iss');
    const loginHint = required(parameters, 'login_hint');
    const target = required(parameters, 'target_link_uri');
    const origins = originsOf(c.req.raw);
    try {
      readTarget(target, origins);
    } catch (error) {
      if (error instanceof ServerError) throw new LaunchError('request-invalid', error.message, { field: 'target_link_uri', ...(error.clause ? { clause: error.clause } : {}) });
      throw error;
    }
    const clientId = parameters.get('client_id');
    const found = await platforms.byIssuer(issuer, clientId);
    const platform = found[0];
    if (!platform) throw new LaunchError('platform-unknown', `No platform with the issuer "${issuer.slice(0, 200)}"${clientId === undefined ? '' : ` and the client ID "${clientId.slice(0, 200)}"`} is registered.`, { field: 'iss' });
    if (found.length > 1) throw new LaunchError('request-invalid', 'The issuer has several clients here, and the login does not say which: "client_id" is missing.', { field: 'client_id' });

    const storage = storageTarget(parameters.get('lti_storage_target'));
    const secret = randomBytes(24).toString('base64url');
    const nonce = randomBytes(24).toString('base64url');
    const state = toolTokens.issue('state', { platform: platform.id, nonce, bound: digestOf(secret).toString('base64url'), ...(storage === undefined ? {} : { storage }) } satisfies LoginState, STATE_LIFETIME);
    const name = bindingName(state);
    const secure = origins.public.startsWith('https:') || /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(origins.public);
    c.header('Set-Cookie', `${name}=${secret}; Path=/lti; Max-Age=${STATE_LIFETIME}; HttpOnly; ${secure ? 'SameSite=None; Secure; Partitioned' : 'SameSite=Lax'}`);
    const url = authorizationUrl(platform, { state, nonce, loginHint, messageHint: parameters.get('lti_message_hint'), redirectUri: toolAddresses(origins).launch });
    if (storage === undefined) return c.body(null, 302, { Location: url, 'Cache-Control': 'no-store' });
    const language = languageOf(c.req.header('accept-language'));
    const words = language === 'zh-CN' ? ['正在打开…', '继续'] : ['Opening …', 'Continue'];
    return c.html(renderPage({
      language, title: words[0]!,
      body: `    <main class="wait"><p role="status">${words[0]}</p><noscript><p><a href="${escapeHtml(url)}">${words[1]}</a></p></noscript></main>`,
      data: { do: 'keep', target: storage, origin: new URL(platform.authorizationUrl).origin, key: name, value: secret, next: url },
    }), 200, pageHeaders());
  });
  return app;
}

/** A frame's name, or the platform's page itself (LTI Platform Storage 0.1). What is no name is not used. */
function storageTarget(value: string | undefined): string | undefined {
  return value !== undefined && /^[\w.\-:]{1,200}$/.test(value) ? value : undefined;
}

interface Asked {
  readonly state: string;
  readonly nonce: string;
  readonly loginHint: string;
  readonly messageHint: string | undefined;
  readonly redirectUri: string;
}

/** Security Framework 1.1, 5.1.1.2. */
function authorizationUrl({ authorizationUrl: at, clientId }: Platform, { state, nonce, loginHint, messageHint, redirectUri }: Asked): string {
  const url = new URL(at);
  const parameters = {
    scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', client_id: clientId, redirect_uri: redirectUri, state, nonce, login_hint: loginHint,
    ...(messageHint === undefined ? {} : { lti_message_hint: messageHint }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
