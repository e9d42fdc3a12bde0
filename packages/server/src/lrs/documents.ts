import { Hono, type Context } from 'hono';
import { requireScope, type Principal } from '../auth/principal.js';
import { agentKey, keyOf, NO_KEY } from '../database/keys.js';
import { ServerError } from '../errors.js';
import { readBody } from '../http/body.js';
import {
  deleteDocument, deleteDocuments, listDocuments, parseObject, readDocument, writeDocument,
  type DocumentAddress, type DocumentConditions, type DocumentScope,
} from './document-store.js';
import { checkLearnerPreferences, LEARNER_PREFERENCES } from './learner-preferences.js';
import type { LrsEnv, LrsServices } from './lrs-env.js';
import { Parameters } from './parameters.js';
import type { XapiVersion } from './prepare-statement.js';

type Ctx = Context<LrsEnv>;

/** The three document resources differ in what names a document, and in who may touch it. */
interface Resource {
  readonly kind: DocumentScope['kind'];
  readonly idParameter: 'stateId' | 'profileId';
  readonly scopeParameters: readonly string[];
  readonly deletesMany: boolean;
}

const RESOURCES: Readonly<Record<string, Resource>> = {
  '/activities/state': { kind: 'state', idParameter: 'stateId', scopeParameters: ['activityId', 'agent', 'registration'], deletesMany: true },
  '/activities/profile': { kind: 'activity-profile', idParameter: 'profileId', scopeParameters: ['activityId'], deletesMany: false },
  '/agents/profile': { kind: 'agent-profile', idParameter: 'profileId', scopeParameters: ['agent'], deletesMany: false },
};

/** State, activity profiles and agent profiles (xAPI Communication 2.2–2.7). */
export function documentRoutes({ db, config, sessions }: LrsServices): Hono<LrsEnv> {
  const app = new Hono<LrsEnv>();
  for (const [path, resource] of Object.entries(RESOURCES)) {
    app.get(path, async (c) => {
      const { principal, scope, parameters, registration } = readScope(c, resource, false);
      if (!parameters.has(resource.idParameter)) {
        const found = await listDocuments(db, principal.tenantId, scope, registrationsOf(principal, registration), parameters.instant('since'));
        if (found[0]) c.header('Last-Modified', new Date(Math.max(...found.map(({ updatedAt }) => updatedAt.getTime()))).toUTCString());
        return c.json(found.map(({ id }) => id));
      }
      // cmi5 11: the AU reads them on startup, whether there are any or not.
      if (principal.kind === 'unit' && isPreferences(resource, parameters)) await sessions.preferencesRead(principal.sessionId, principal.tenantId);
      const document = await readDocument(db, principal.tenantId, addressOf(principal, resource, scope, parameters));
      if (!document) throw new ServerError('not-found', 'There is no such document.', { field: resource.idParameter });
      const headers = { ETag: `"${document.etag}"`, 'Last-Modified': document.updatedAt.toUTCString(), 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' };
      if (c.req.header('if-none-match')?.includes(document.etag)) return c.body(null, 304, headers);
      // What anybody stored is never a page of this origin.
      return c.body(new Uint8Array(document.bytes), 200, { ...headers, 'Content-Type': document.contentType, 'Content-Security-Policy': "sandbox; default-src 'none'" });
    });
    for (const mode of ['replace', 'merge'] as const) {
      app.on(mode === 'replace' ? 'PUT' : 'POST', path, async (c) => {
        const { principal, scope, parameters } = readScope(c, resource, true);
        const address = addressOf(principal, resource, scope, parameters);
        const bytes = await readBody(c.req.raw, config.limits.documentBody);
        const contentType = c.req.header('content-type') ?? 'application/octet-stream';
        const isJson = /^application\/json\b/i.test(contentType);
        if (principal.kind === 'unit' && principal.unitKind === 'cmi5' && isPreferences(resource, parameters)) checkLearnerPreferences({ contentType, bytes, mode });
        if (mode === 'merge' && isJson && !parseObject(bytes)) throw new ServerError('body-invalid', 'A JSON document that is merged must be an object.', { clause: 'xAPI Communication 2.2' });
        if (mode === 'replace' && isJson) assertJson(bytes);
        const conditions = { ...conditionsOf(c), without: mode === 'replace' ? unconditionalPut(resource, c.get('version')) : 'allowed' } as const;
        await writeDocument(db, principal.tenantId, address, { contentType, bytes, mode }, conditions);
        return c.body(null, 204);
      });
    }
    app.delete(path, async (c) => {
      const { principal, scope, parameters, registration } = readScope(c, resource, true);
      if (resource.deletesMany && !parameters.has(resource.idParameter)) await deleteDocuments(db, principal.tenantId, scope, registrationsOf(principal, registration), principal.kind === 'key' ? [] : [LAUNCH_DATA]);
      else await deleteDocument(db, principal.tenantId, addressOf(principal, resource, scope, parameters), { ...conditionsOf(c), without: 'allowed' });
      return c.body(null, 204);
    });
  }
  return app;
}

function readScope(c: Ctx, resource: Resource, write: boolean): { principal: Principal; scope: DocumentScope; parameters: Parameters; registration: string | undefined } {
  const principal = c.get('principal');
  const listing = !write && c.req.method !== 'DELETE' ? ['since'] : [];
  const parameters = new Parameters(c.req.url, [...resource.scopeParameters, resource.idParameter, ...listing]);
  const activityId = resource.scopeParameters.includes('activityId') ? parameters.requiredIri('activityId') : undefined;
  const agent = resource.scopeParameters.includes('agent') ? parameters.requiredActor('agent') : undefined;
  const registration = parameters.uuid('registration');
  const agentKeyValue = agent && agentKey(principal.tenantId, agent);
  guard(principal, resource, write, { activityId, agentKey: agentKeyValue, registration, documentId: parameters.text(resource.idParameter) });
  return {
    principal,
    parameters,
    registration,
    scope: {
      kind: resource.kind,
      activityKey: activityId === undefined ? NO_KEY : keyOf(principal.tenantId, 'activity', activityId),
      agentKey: agentKeyValue ?? NO_KEY,
      registration: registration ?? NO_KEY,
    },
  };
}

const isPreferences = ({ kind }: Resource, parameters: Parameters): boolean => kind === 'agent-profile' && parameters.text('profileId') === LEARNER_PREFERENCES;

/** What the LMS tells a cmi5 unit of its launch. */
const LAUNCH_DATA = 'LMS.LaunchData';

/**
 * The registrations whose documents a list or a deletion of many is about; absent: whatever they have (2.3). A token that names none means its
 * own, and what belongs to no registration.
 */
function registrationsOf(principal: Principal, asked: string | undefined): readonly string[] | undefined {
  if (asked !== undefined) return [asked];
  return principal.kind === 'key' ? undefined : [NO_KEY, ...(principal.registration === undefined ? [] : [principal.registration])];
}

interface Asked {
  readonly activityId: string | undefined;
  readonly agentKey: string | undefined;
  readonly registration: string | undefined;
  readonly documentId: string | undefined;
}

/** A learner's page and a launched unit reach their own documents only. */
function guard(principal: Principal, resource: Resource, write: boolean, asked: Asked): void {
  if (principal.kind === 'key') {
    requireScope(principal, resource.kind === 'state' ? 'state' : 'profile', ...(write ? [] : (['all/read'] as const)));
    return;
  }
  if (write && principal.registration === undefined) throw new ServerError('forbidden', 'This token is for reading; it was not launched for a course.');
  if (asked.agentKey !== undefined && asked.agentKey !== principal.actorKey) {
    throw new ServerError('forbidden', 'This token is for another learner’s documents.', { field: 'agent' });
  }
  if (asked.registration !== undefined && asked.registration !== principal.registration) {
    throw new ServerError('forbidden', 'This token is for another registration.', { field: 'registration' });
  }
  if (write && resource.kind === 'state' && asked.documentId === LAUNCH_DATA) {
    throw new ServerError('forbidden', 'Only the LMS writes what it launches with.', { field: 'stateId', clause: 'cmi5 10' });
  }
  // An activity's profile is read by everybody who takes part; only the unit itself may write its own.
  if (write && resource.kind === 'activity-profile' && !(principal.kind === 'unit' && asked.activityId === principal.activityId)) {
    throw new ServerError('forbidden', 'A learner’s token may not change what all learners share.', { field: 'activityId' });
  }
}

function addressOf({ tenantId }: Principal, resource: Resource, scope: DocumentScope, parameters: Parameters): DocumentAddress {
  const documentId = parameters.required(resource.idParameter);
  return { ...scope, documentId, documentKey: keyOf(tenantId, 'document', documentId) };
}

/**
 * What a PUT without a condition may do. 1.0.3 (Communication 3.1) lets State be overwritten blindly, and wants a condition wherever a
 * profile is put. 2.0 (4.1.4) asks for one of all three, but only where something is there to be lost. POST replaces only what it names.
 */
function unconditionalPut({ kind }: Resource, version: XapiVersion): DocumentConditions['without'] {
  if (version === '2.0.0') return 'for-new';
  return kind === 'state' ? 'allowed' : 'never';
}

function conditionsOf(c: Ctx): Pick<DocumentConditions, 'ifMatch' | 'ifNoneMatch'> {
  return { ifMatch: c.req.header('if-match'), ifNoneMatch: c.req.header('if-none-match') };
}

function assertJson(bytes: Uint8Array): void {
  try {
    JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new ServerError('body-invalid', 'The document says it is JSON, and is not.', { field: 'Content-Type', cause });
  }
}
