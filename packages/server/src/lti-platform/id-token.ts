import { createHash } from 'node:crypto';
import { pickText, type Agent, type Course, type LtiUnit } from '@lectern/core';
import { SignJWT } from 'jose';
import { CLAIMS, COURSE_OFFERING, LEARNER, SCOPES } from './lti-terms.js';
import type { PlatformAddresses } from './platform-addresses.js';
import { ALGORITHM, type Signer } from './platform-keys.js';
import type { Tool } from './tool.js';

/** A launch that was asked for and is about to be answered. */
export interface ToolLaunch {
  readonly tool: Tool;
  readonly course: Course;
  readonly courseId: string;
  readonly unit: LtiUnit;
  readonly learner: Agent;
  readonly sub: string;
  readonly lineItemId: string;
  readonly resourceLinkId: string;
  readonly targetLinkUri: string;
  readonly documentTarget: 'iframe' | 'window';
  readonly languages: readonly string[];
  readonly returnUrl: string;
  /** Scores are taken: in the launch mode Normal. */
  readonly counts: boolean;
}

/** Seconds. */
const LIFETIME = 300;

/** The signed message of a resource link launch (LTI 1.3, 5). */
export async function idToken(launch: ToolLaunch, { issuer, base }: PlatformAddresses, { kid, key }: Signer, nonce: string): Promise<string> {
  const { tool, course, courseId, unit, learner, sub, languages } = launch;
  const title = pickText(unit.title, languages);
  const description = pickText(unit.description, languages);
  const courseTitle = pickText(course.title, languages);
  const services = `${base}/contexts/${encodeURIComponent(courseId)}`;
  const granted = tool.scopes.filter((scope) => scope !== SCOPES.memberships);
  const custom = { ...fillIn(unit.custom ?? {}, { ...launch, title, courseTitle, description }) };
  return new SignJWT({
    nonce,
    [CLAIMS.messageType]: 'LtiResourceLinkRequest',
    [CLAIMS.version]: '1.3.0',
    [CLAIMS.deploymentId]: tool.deploymentId,
    [CLAIMS.targetLinkUri]: launch.targetLinkUri,
    [CLAIMS.resourceLink]: { id: launch.resourceLinkId, title, ...(description === '' ? {} : { description }) },
    [CLAIMS.roles]: [LEARNER],
    [CLAIMS.context]: { id: courseId, title: courseTitle, type: [COURSE_OFFERING] },
    [CLAIMS.toolPlatform]: { guid: guidOf(issuer), name: 'Lectern', product_family_code: 'lectern', url: issuer },
    [CLAIMS.launchPresentation]: { document_target: launch.documentTarget, return_url: launch.returnUrl, ...(languages[0] === undefined ? {} : { locale: languages[0] }) },
    ...(Object.keys(custom).length === 0 ? {} : { [CLAIMS.custom]: custom }),
    ...(languages[0] === undefined ? {} : { locale: languages[0] }),
    ...(tool.identity === 'account' ? identityOf(learner) : {}),
    ...(launch.counts && granted.length > 0 ? { [CLAIMS.ags]: { scope: granted, lineitems: `${services}/lineitems`, lineitem: `${base}/lineitems/${launch.lineItemId}` } } : {}),
    ...(tool.scopes.includes(SCOPES.memberships) ? { [CLAIMS.nrps]: { context_memberships_url: `${services}/memberships`, service_versions: ['2.0'] } } : {}),
  }).setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' }).setIssuer(issuer).setAudience(tool.clientId).setSubject(sub).setIssuedAt().setExpirationTime(`${LIFETIME} s`).sign(key);
}

/** What else a tool that may know learners is told; the opaque id stays what it is. */
function identityOf({ account, name }: Agent): object {
  return { ...(name === undefined ? {} : { name }), ...(account === undefined ? {} : { [CLAIMS.lis]: { person_sourcedid: account.name } }) };
}

/** At most 255 characters (LTI 1.3, 5.4.2), and the same whatever the address is. */
const guidOf = (issuer: string): string => createHash('sha256').update(issuer).digest('hex').slice(0, 32);

/** Substitution variables (LTI 1.3, 5.4.6.1) that name nobody. What is not known is handed on as it is written. */
function fillIn(custom: Readonly<Record<string, string>>, source: ToolLaunch & { readonly title: string; readonly courseTitle: string; readonly description: string }): Record<string, string> {
  const values: Readonly<Record<string, string>> = {
    '$User.id': source.sub,
    '$Context.id': source.courseId,
    '$Context.title': source.courseTitle,
    '$CourseSection.title': source.courseTitle,
    '$ResourceLink.id': source.resourceLinkId,
    '$ResourceLink.title': source.title,
    '$ResourceLink.description': source.description,
    '$Message.documentTarget': source.documentTarget,
    '$Message.locale': source.languages[0] ?? '',
    '$Message.returnUrl': source.returnUrl,
  };
  return Object.fromEntries(Object.entries(custom).map(([name, value]) => [name, Object.hasOwn(values, value) ? values[value]! : value]));
}
