import { newUuid, pickText, unitActivityId, type Course, type LtiUnit, type UnitLaunch } from '@lectern/core';
import type { LearnerPrincipal } from '../auth/principal.js';
import { digestOf, newSecret } from '../auth/secret.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { derivedUuid } from '../launches/registrations.js';
import type { SealedTokens } from './sealed-token.js';
import { originsOfTool, type Tool } from './tool.js';
import type { ToolStore } from './tool-store.js';

export interface LaunchToolServices {
  readonly db: Db;
  readonly tools: ToolStore;
  readonly tokens: SealedTokens;
}

export interface ToolLaunchRequest {
  readonly learner: LearnerPrincipal & { readonly courseId: string; readonly registration: string };
  readonly course: Course;
  readonly unit: LtiUnit;
  readonly issuer: string;
  /** BCP 47 tags of the reader, the preferred first. */
  readonly languages: readonly string[];
  readonly ownWindow: boolean;
  /** The player's page is of the platform's own origin, so that it can keep a tool's data (LTI Client Side postMessages, 4). */
  readonly keepsData: boolean;
}

/** Seconds from the player's click until the tool has asked for the learner. */
export const HINT_LIFETIME = 300;

/** Milliseconds that a session is one that the player asks about. Scores are taken later, too. */
const SESSION_LIFETIME = 24 * 3_600_000;

/**
 * Begins a launch: the tool is asked to begin a login (Security Framework 1.1, 5.1.1.1), with hints that only this platform can read.
 * @throws ServerError `tool-unknown`, `tool-address`
 */
export async function launchTool({ db, tools, tokens }: LaunchToolServices, request: ToolLaunchRequest): Promise<UnitLaunch> {
  const { learner, course, unit, issuer, languages, keepsData } = request;
  const { tenantId, courseId, registration, actorKey } = learner;
  const tool = await findTool(tools, tenantId, unit);
  const targetLinkUri = unit.targetLinkUri ?? tool.targetLinkUri;
  if (targetLinkUri === undefined) throw new ServerError('tool-address', `Neither the unit "${unit.id}" nor the tool "${tool.name}" says what is to be launched.`, { field: 'targetLinkUri' });
  // A course is not to lead learners, with a tool's good name, to somebody else's page.
  if (!originsOfTool(tool).includes(new URL(targetLinkUri).origin)) throw new ServerError('tool-address', `The unit "${unit.id}" leads to ${new URL(targetLinkUri).origin}, which is not the tool "${tool.name}".`, { field: 'targetLinkUri' });
  const sub = await ensureUser(db, tool, learner);
  const lineItem = await ensureLineItem(db, tool, { courseId, unitId: unit.id, label: pickText(unit.title, course.language ? [course.language] : []) });
  const sessionId = newUuid();
  const ownWindow = request.ownWindow || unit.launchMethod === 'OwnWindow';
  await db.transaction().execute(async (tx) => {
    // A score is of the learner and not of a launch: the new one begins where the last one was.
    const before = await tx.selectFrom('unit_sessions').select(['completed', 'success', 'score', 'progress']).where('tenant_id', '=', tenantId).where('registration', '=', registration)
      .where('unit_id', '=', unit.id).where('kind', '=', 'lti').orderBy('launched_at', 'desc').limit(1).executeTakeFirst();
    await tx.insertInto('unit_sessions').values({
      tenant_id: tenantId, id: sessionId, kind: 'lti', registration, course_id: courseId, unit_id: unit.id, activity_id: unitActivityId(course, unit), publisher_id: null,
      actor_key: actorKey, actor: JSON.stringify(learner.actor), launch_mode: learner.launchMode, move_on: unit.moveOn, mastery_score: unit.masteryScore ?? null,
      context_template: '{}', secret_hash: digestOf(newSecret()), expires_at: new Date(Date.now() + SESSION_LIFETIME), ...before,
    }).execute();
    await tx.insertInto('platform_launches').values({
      tenant_id: tenantId, session_id: sessionId, tool_id: tool.id, line_item_id: lineItem, sub, target_link_uri: targetLinkUri,
      document_target: ownWindow ? 'window' : 'iframe', languages: [...languages],
    }).execute();
  });
  const url = new URL(tool.loginUrl);
  const parameters = {
    iss: issuer, login_hint: sub, target_link_uri: targetLinkUri, lti_message_hint: tokens.issue('hint', { session: sessionId, tenant: tenantId }, HINT_LIFETIME),
    client_id: tool.clientId, lti_deployment_id: tool.deploymentId, ...(keepsData && !ownWindow ? { lti_storage_target: '_parent' } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, method: ownWindow ? 'OwnWindow' : 'AnyWindow', sessionId, ...(keepsData && !ownWindow ? { storageOrigins: originsOfTool(tool) } : {}) };
}

async function findTool(tools: ToolStore, tenantId: number, unit: LtiUnit): Promise<Tool> {
  if (unit.tool !== undefined) {
    const named = await tools.find(tenantId, unit.tool);
    if (named) return named;
    throw new ServerError('tool-unknown', `No tool "${unit.tool}" is registered here; "lectern lti-tool add" does it.`, { field: 'tool' });
  }
  const found = await tools.byAddress(tenantId, unit.targetLinkUri!);
  if (!found) throw new ServerError('tool-unknown', `No tool at ${new URL(unit.targetLinkUri!).origin} is registered here; "lectern lti-tool add" does it.`, { field: 'targetLinkUri' });
  return found;
}

/** The learner's name at the tool: random, and always the same. */
async function ensureUser(db: Db, tool: Tool, { actor, actorKey }: LearnerPrincipal): Promise<string> {
  await db.insertInto('platform_users').values({ tool_id: tool.id, actor_key: actorKey, sub: newUuid(), actor: JSON.stringify(actor) }).onConflict((conflict) => conflict.doNothing()).execute();
  const row = await db.selectFrom('platform_users').select('sub').where('tool_id', '=', tool.id).where('actor_key', '=', actorKey).executeTakeFirstOrThrow();
  return row.sub;
}

async function ensureLineItem(db: Db, tool: Tool, { courseId, unitId, label }: { readonly courseId: string; readonly unitId: string; readonly label: string }): Promise<string> {
  const resourceLinkId = derivedUuid(`lti resource link\n${tool.tenantId}\n${courseId}\n${unitId}`);
  const id = derivedUuid(`lti line item\n${tool.id}\n${resourceLinkId}`);
  await db.insertInto('platform_line_items').values({ id, tool_id: tool.id, tenant_id: tool.tenantId, course_id: courseId, unit_id: unitId, resource_link_id: resourceLinkId, label })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ label })).execute();
  return id;
}
