import { newUuid, pickText, type Agent, type CourseNode } from '@lectern/core';
import { Hono, type Context } from 'hono';
import { digestOf, sameDigest } from '../auth/secret.js';
import { requireOpenTenant } from '../auth/tenants.js';
import { ServerError } from '../errors.js';
import { derivedUuid, ensureRegistration } from '../launches/registrations.js';
import { evaluateRegistration } from '../launches/satisfaction.js';
import { createRemoteKeys } from '../lti-platform/remote-keys.js';
import { StaleToken } from '../lti-platform/sealed-token.js';
import { courseAddress, readTarget, type Target } from './addresses.js';
import { escapeHtml, languageOf, pageHeaders, renderPage } from './html.js';
import { LaunchError } from './launch-error.js';
import { bindingName, type LoginState } from './login-routes.js';
import { takeOnce } from './once.js';
import type { Platform } from './platform.js';
import { readParameters, required } from './read-form.js';
import type { LtiToolServices } from './services.js';
import { isStaff, MESSAGES } from './terms.js';
import { verifyLaunch, type LaunchMessage } from './verify-launch.js';

/** A launch that was checked, without what has been read out of it. */
export type CheckedLaunch = Omit<LaunchMessage, 'claims'>;

/** What a checked launch leads to. */
export interface LaunchEnds {
  /** Content is chosen for a place. */
  choose(c: Context, platform: Platform, message: CheckedLaunch): Promise<Response>;
  /** Who looks after the learners of a place. */
  teach(c: Context, platform: Platform, message: CheckedLaunch, target: Required<Pick<Target, 'courseId'>> & Target): Promise<Response>;
}

/** Seconds that a browser may take to show that it began a launch. */
const TICKET_LIFETIME = 120;

/** `POST /lti/launch`: where launches end (Security Framework 1.1, 5.1.1.3). */
export function launchRoutes(services: LtiToolServices, ends: LaunchEnds): Hono {
  const { db, platforms, toolTokens, client } = services;
  const keysOf = createRemoteKeys(client);
  const app = new Hono();

  app.post('/launch', async (c) => {
    const form = await readParameters(c, 'form');
    const state = required(form, 'state', 8_192);
    const begun = openState(state);
    const platform = await platforms.byId(begun.platform);
    if (!platform) throw new LaunchError('platform-unknown', 'The platform is registered no more, or its tenant is suspended.', { field: 'state' });
    const refused = form.get('error');
    if (refused !== undefined) throw new LaunchError('platform-refused', `The platform answers "${refused.slice(0, 100)}"${form.has('error_description') ? `: ${form.get('error_description')!.slice(0, 300)}` : ''}.`, { field: 'error' });
    const { claims: _, ...message } = await verifyLaunch(required(form, 'id_token', 200_000), platform, keysOf(platform.jwksUrl), begun.nonce);
    const kept = cookie(c, bindingName(state));
    if (kept !== undefined && !isBound(kept, begun.bound)) throw new LaunchError('state-invalid', 'Another browser began this login.', { field: 'state' });
    // Only now: what cannot be checked uses nothing up.
    if (!(await takeOnce(db, `nonce ${begun.nonce}`, Math.floor(Date.now() / 1000) + 7_200))) throw new LaunchError('replayed', 'The login was answered before ("nonce").', { field: 'nonce', clause: 'Security Framework 1.1, 5.1.3' });
    if (kept === undefined && begun.storage !== undefined) return askStorage(c, platform, begun, state, message);
    // Without cookies and without a platform that keeps things, the signed state alone has to do: it is good once, for some minutes, for one login.
    return finish(c, platform, message);
  });

  app.post('/launch/confirm', async (c) => {
    const form = await readParameters(c, 'form');
    const ticket = openTicket(required(form, 'ticket', 100_000));
    if (!isBound(form.get('secret') ?? '', ticket.bound)) throw new LaunchError('state-invalid', 'Another browser began this login, or the platform’s storage has lost it.', { field: 'secret', clause: 'LTI Platform Storage 0.1' });
    const platform = await platforms.byId(ticket.platform);
    if (!platform) throw new LaunchError('platform-unknown', 'The platform is registered no more.', { field: 'ticket' });
    if (!(await takeOnce(db, `ticket ${ticket.id}`, Math.floor(Date.now() / 1000) + TICKET_LIFETIME + 60))) throw new LaunchError('replayed', 'The launch was confirmed before.', { field: 'ticket' });
    return finish(c, platform, ticket.message);
  });

  return app;

  function openState(state: string): LoginState {
    try {
      return toolTokens.open('state', state) as unknown as LoginState;
    } catch (error) {
      if (error instanceof StaleToken) throw new LaunchError('state-expired', 'The login began too long ago.', { field: 'state' });
      throw new LaunchError('state-invalid', 'The state is not one that was given out here.', { field: 'state', clause: 'Security Framework 1.1, 5.1.1.2' });
    }
  }

  function openTicket(text: string): { readonly id: string; readonly platform: string; readonly bound: string; readonly message: CheckedLaunch } {
    try {
      return toolTokens.open('ticket', text) as unknown as ReturnType<typeof openTicket>;
    } catch (error) {
      if (error instanceof StaleToken) throw new LaunchError('state-expired', 'The launch was not confirmed in time.', { field: 'ticket' });
      throw new LaunchError('state-invalid', 'The ticket is not one that was given out here.', { field: 'ticket' });
    }
  }

  /** The page asks the platform's frame for what the login left there. */
  function askStorage(c: Context, platform: Platform, begun: LoginState, state: string, message: CheckedLaunch): Response {
    const ticket = toolTokens.issue('ticket', { id: newUuid(), platform: platform.id, bound: begun.bound, message }, TICKET_LIFETIME);
    const language = languageOf(message.locale, c.req.header('accept-language'));
    const [title, failed] = language === 'zh-CN'
      ? ['正在打开…', '学习平台没有答复。请关闭此页面，从课程里再次打开链接；若仍然如此，请在新窗口中打开。']
      : ['Opening …', 'The learning platform does not answer. Close this page and open the link again from your course; if it stays so, open it in a new window.'];
    return c.html(renderPage({
      language, title: title!,
      body: `    <main class="wait">
      <p role="status">${title}</p>
      <p class="alarm" role="alert" hidden>${escapeHtml(failed!)}</p>
      <form method="post" action="/lti/launch/confirm" hidden><input name="ticket" value="${escapeHtml(ticket)}"><input name="secret"></form>
    </main>`,
      data: { do: 'confirm', target: begun.storage, origin: new URL(platform.authorizationUrl).origin, key: bindingName(state) },
    }), 200, pageHeaders()) as unknown as Response;
  }

  async function finish(c: Context, platform: Platform, message: CheckedLaunch): Promise<Response> {
    await requireOpenTenant(db, platform.tenantId);
    if (message.type === MESSAGES.deepLinking) {
      if (!isStaff(message.roles) && message.roles.length > 0) throw new LaunchError('claim-invalid', 'Only those who look after a course choose its content.', { clause: 'Deep Linking 2.0, 4.3' });
      return ends.choose(c, platform, message);
    }
    const target = await targetOf(c, platform, message);
    if (isStaff(message.roles)) return ends.teach(c, platform, message, target);
    return c.redirect(await startLearner(services, c, platform, message, target), 303);
  }

  /** What is to be opened: what the link's own settings name, else its address. */
  async function targetOf(c: Context, { tenantId }: Platform, { targetLinkUri, custom }: CheckedLaunch): Promise<Target & { readonly courseId: string }> {
    let target: Target;
    try {
      target = custom['course'] ? { courseId: custom['course'], unitId: custom['unit'] || undefined } : readTarget(targetLinkUri, services.originsOf(c.req.raw));
    } catch (error) {
      if (error instanceof ServerError) throw new LaunchError('claim-invalid', error.message, { field: 'target_link_uri', clause: 'LTI 1.3, 5.3.4' });
      throw error;
    }
    const { courseId, unitId } = target;
    if (courseId === undefined) throw new LaunchError('course-missing', 'Nothing was chosen for this link: choose content (deep linking), or give it the custom parameter "course".', { field: 'custom.course' });
    const stored = courseId.length > 200 || courseId.includes('\u0000') ? undefined : await services.courses.get(courseId, tenantId).catch(() => undefined);
    if (!stored) throw new LaunchError('course-missing', `There is no course "${courseId.slice(0, 200)}" (any more).`, { field: 'course' });
    if (unitId !== undefined && !hasUnit(stored.course.children, unitId)) throw new LaunchError('course-missing', `The course has no unit "${unitId.slice(0, 200)}" (any more).`, { field: 'unit' });
    return { courseId, unitId };
  }

  function isBound(secret: string, bound: string): boolean {
    return sameDigest(digestOf(secret), Buffer.from(bound, 'base64url'));
  }

  function cookie(c: Context, name: string): string | undefined {
    const pair = (c.req.header('cookie') ?? '').split(/;\s*/).find((each) => each.startsWith(`${name}=`));
    return pair?.slice(name.length + 1);
  }
}

const hasUnit = (children: readonly CourseNode[], id: string): boolean => children.some((node) => (node.type === 'unit' ? node.id === id : hasUnit(node.children, id)));

/**
 * Begins or goes on with a learner's registration, notes where its grade goes, and says where the learner is sent. The token stands in the fragment: it is never
 * sent, so no log along the way ever has it.
 */
export async function startLearner(services: LtiToolServices, c: Context, platform: Platform, message: CheckedLaunch, { courseId, unitId }: Target & { readonly courseId: string }, launchMode: 'Normal' | 'Browse' = 'Normal'): Promise<string> {
  const { db, tokens, originsOf, courses } = services;
  const { tenantId, issuer, id: platformId } = platform;
  const { sub, deploymentId, resourceLink } = message;
  // An anonymous launch is valid (LTI 1.3, 5.3.6.1): it is somebody new each time.
  const actor: Agent = { objectType: 'Agent', account: { homePage: issuer, name: sub ?? `anonymous-${newUuid()}` } };
  const place = [platformId, deploymentId, resourceLink!.id, courseId, unitId ?? ''];
  const registration = await ensureRegistration(db, {
    tenantId, actor, courseId, launchMode, returnUrl: message.returnUrl, by: `lti ${platform.name}`,
    registration: sub === undefined || launchMode !== 'Normal' ? newUuid() : derivedUuid(['lti', ...place, sub].join('\n')),
  });
  await evaluateRegistration(services, { tenant_id: tenantId, registration, course_id: courseId, actor: JSON.stringify(actor) });
  if (sub !== undefined && launchMode === 'Normal') {
    const { course } = await courses.get(courseId, tenantId);
    const facts = {
      platform_id: platformId, deployment_id: deploymentId, context_id: message.context?.id ?? null, resource_link_id: resourceLink!.id, sub, course_id: courseId, unit_id: unitId ?? null,
      label: (resourceLink!.title ?? pickText(course.title, course.language ? [course.language] : [])).slice(0, 255) || courseId,
      line_item: message.ags?.lineItem ?? null, line_items: message.ags?.lineItems ?? null, memberships: message.memberships ?? null, scopes: [...(message.ags?.scopes ?? [])],
    };
    // The newest launch says where things are; a column that was found stays, where the launch names none.
    await db.insertInto('lti_links').values({ tenant_id: tenantId, registration, ...facts })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'registration']).doUpdateSet((set) => ({ ...facts, line_item: set.fn.coalesce(set.val(facts.line_item), 'lti_links.line_item'), last_at: new Date() }))).execute();
  }
  const launch = await tokens.issue('launch', { tenantId, actor, registration, courseId, launchMode, returnUrl: message.returnUrl });
  return `${courseAddress(originsOf(c.req.raw), courseId, unitId)}#lti=${launch.token}`;
}
