import { Hono } from 'hono';
import * as v from 'valibot';
import { requireOpenTenant } from '../auth/tenants.js';
import { digestOf } from '../auth/secret.js';
import { ServerError } from '../errors.js';
import { NoAnswer, type TargetAnswer } from '../forwarding/http-client.js';
import { createAddressRules } from '../lti-platform/tool-address.js';
import { toolAddresses } from './addresses.js';
import { escapeHtml, languageOf, pageHeaders, renderPage } from './html.js';
import { LaunchError } from './launch-error.js';
import { addPlatformSchema } from './platform-schemas.js';
import { readParameters, required } from './read-form.js';
import type { LtiToolServices } from './services.js';
import { MESSAGES } from './terms.js';
import { DESCRIPTION, TITLE, TOOL_SCOPES } from './tool-configuration.js';

const CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const TOOL = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

const url = v.pipe(v.string(), v.maxLength(2048), v.url(), v.check((text) => /^https?:/.test(text), 'must be an http(s) URL'));

/** Dynamic Registration 1.0, 3.4. */
const configurationSchema = v.object({
  issuer: v.pipe(v.string(), v.maxLength(2048), v.url()),
  authorization_endpoint: url,
  registration_endpoint: url,
  jwks_uri: url,
  token_endpoint: url,
  authorization_server: v.optional(v.pipe(v.string(), v.maxLength(2048))),
  [CONFIGURATION]: v.optional(v.looseObject({ product_family_code: v.optional(v.string()) })),
});

const registeredSchema = v.object({ client_id: addPlatformSchema.entries.clientId, [TOOL]: v.optional(v.looseObject({ deployment_id: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255))) })) });

/** `GET /lti/register`: a platform registers itself, where an administrator of this server has invited it (Dynamic Registration 1.0). */
export function registerRoutes({ config, db, platforms, client, originsOf, log }: LtiToolServices): Hono {
  const app = new Hono();
  const rules = createAddressRules(config);

  app.get('/register', async (c) => {
    const parameters = await readParameters(c);
    const digest = digestOf(required(parameters, 'invitation', 100));
    const at = required(parameters, 'openid_configuration');
    const invitation = await db.selectFrom('lti_invitations').selectAll().where('digest', '=', digest).where('expires_at', '>', new Date()).executeTakeFirst();
    if (!invitation) throw new LaunchError('state-invalid', 'The invitation is not good, or not any more: it is for one registration within seven days.', { field: 'invitation' });
    await requireOpenTenant(db, invitation.tenant_id);
    const configuration = await readConfiguration(at);
    const { tenant_id: tenantId, name, created_by: by } = invitation;
    // Taken before the platform is told: two at once register one.
    const { numDeletedRows } = await db.deleteFrom('lti_invitations').where('digest', '=', digest).executeTakeFirst();
    if (numDeletedRows !== 1n) throw new LaunchError('replayed', 'The invitation was used at the same moment.', { field: 'invitation' });
    try {
      const { clientId, deployment } = await registerAt(configuration, parameters.get('registration_token'), toolAddresses(originsOf(c.req.raw)));
      const draft = v.parse(addPlatformSchema, {
        name, clientId, issuer: configuration.issuer, deployments: [deployment ?? '*'], authorizationUrl: configuration.authorization_endpoint, tokenUrl: configuration.token_endpoint, jwksUrl: configuration.jwks_uri,
        ...(configuration.authorization_server === undefined ? {} : { tokenAudience: configuration.authorization_server }),
      });
      await platforms.add(tenantId, draft, by);
    } catch (error) {
      await db.insertInto('lti_invitations').values(invitation).onConflict((conflict) => conflict.doNothing()).execute(); // to be tried again
      throw error instanceof ServerError ? new LaunchError('request-invalid', error.message, error.field === undefined ? {} : { field: error.field }) : error;
    }
    log.info('a platform has registered itself', { issuer: configuration.issuer, name });
    const language = languageOf(c.req.header('accept-language'));
    const [title, said] = language === 'zh-CN' ? ['已登记', '学习平台已在这里登记。可以关闭此页面，并在学习平台上启用 Lectern。'] : ['Registered', 'The platform is registered here. Close this page, and activate Lectern on the platform.'];
    return c.html(renderPage({ language, title: title!, body: `    <main><h1>${title}</h1><p role="status">${escapeHtml(said!)}</p></main>`, data: { do: 'close' } }), 200, pageHeaders());
  });
  return app;

  async function readConfiguration(at: string): Promise<v.InferOutput<typeof configurationSchema>> {
    checkKeys(at, 'openid_configuration');
    const found = v.safeParse(configurationSchema, await ask('openid_configuration', () => client.send(at, { method: 'GET', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(10_000) })));
    if (!found.success) throw new LaunchError('request-invalid', `The platform’s configuration lacks something: ${v.getDotPath(found.issues[0]) ?? ''} ${found.issues[0].message}`, { field: 'openid_configuration', clause: 'Dynamic Registration 1.0, 3.4' });
    const configuration = found.output;
    // Else anybody's configuration could name anybody as its issuer (3.5.1).
    if (new URL(configuration.issuer).host !== new URL(at).host) throw new LaunchError('request-invalid', 'The issuer is another host than the one of the configuration.', { field: 'issuer', clause: 'Dynamic Registration 1.0, 3.5.1' });
    for (const name of ['registration_endpoint', 'jwks_uri', 'token_endpoint'] as const) checkKeys(configuration[name], name);
    rulesOf(() => rules.checkPage(configuration.authorization_endpoint, 'authorization_endpoint'));
    return configuration;
  }

  async function registerAt({ registration_endpoint: at }: v.InferOutput<typeof configurationSchema>, token: string | undefined, { login, launch, jwks, target }: ReturnType<typeof toolAddresses>): Promise<{ clientId: string; deployment: string | undefined }> {
    const body = {
      application_type: 'web', response_types: ['id_token'], grant_types: ['implicit', 'client_credentials'], initiate_login_uri: login, redirect_uris: [launch], client_name: TITLE, jwks_uri: jwks,
      token_endpoint_auth_method: 'private_key_jwt', scope: TOOL_SCOPES.join(' '),
      [TOOL]: {
        domain: new URL(target).host, description: DESCRIPTION, target_link_uri: target, claims: ['iss', 'sub', 'name', 'locale'], custom_parameters: {},
        messages: [{ type: MESSAGES.resourceLink, target_link_uri: target, label: TITLE }, { type: MESSAGES.deepLinking, target_link_uri: target, label: TITLE }],
      },
    };
    if (token !== undefined && !/^[\w\-.~+/]{1,8000}=*$/.test(token)) throw new LaunchError('request-invalid', 'The "registration_token" is no token.', { field: 'registration_token' });
    const answer = v.safeParse(registeredSchema, await ask('registration_endpoint', () => client.send(at, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
      body: new TextEncoder().encode(JSON.stringify(body)), signal: AbortSignal.timeout(15_000),
    })));
    if (!answer.success) throw new LaunchError('request-invalid', 'The platform’s answer names no client ID.', { field: 'client_id', clause: 'Dynamic Registration 1.0, 3.6' });
    return { clientId: answer.output.client_id, deployment: answer.output[TOOL]?.deployment_id };
  }

  async function ask(field: string, send: () => Promise<TargetAnswer>): Promise<unknown> {
    let answer: TargetAnswer;
    try {
      answer = await send();
    } catch (error) {
      if (error instanceof NoAnswer) throw new LaunchError('keys-unreachable', `The platform’s ${field} does not answer: ${error.message}`, { field });
      throw error;
    }
    if (answer.status < 200 || answer.status > 299) throw new LaunchError('platform-refused', `The platform’s ${field} answers ${answer.status}: ${answer.body.toString('utf8').slice(0, 300)}`, { field });
    try {
      return JSON.parse(answer.body.toString('utf8')) as unknown;
    } catch {
      throw new LaunchError('request-invalid', `The platform’s ${field} answers no JSON.`, { field });
    }
  }

  function checkKeys(address: string, field: string): void {
    rulesOf(() => {
      if (!URL.canParse(address)) throw new ServerError('body-invalid', 'The address is no URL.', { field });
      rules.checkKeys(address, field);
    });
  }

  function rulesOf(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (error instanceof ServerError) throw new LaunchError('request-invalid', error.message, error.field === undefined ? {} : { field: error.field });
      throw error;
    }
  }
}
