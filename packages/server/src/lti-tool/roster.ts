import { SCOPES, MEDIA } from '../lti-platform/lti-terms.js';
import { ServiceFault, type PlatformServices } from './platform-services.js';
import type { Platform } from './platform.js';

export interface Member {
  readonly userId: string;
  readonly name?: string | undefined;
  readonly roles: readonly string[];
}

/** Pages of a roster that are read, and members. */
const MOST_PAGES = 20;
const MOST_MEMBERS = 5_000;

/**
 * Who is in a place (NRPS 2.0, 2). Names are shown and not kept.
 * @throws ServiceFault
 */
export async function readRoster(services: PlatformServices, platform: Platform, memberships: string): Promise<Member[]> {
  const members: Member[] = [];
  let url: string | undefined = memberships;
  for (let page = 0; url !== undefined && page < MOST_PAGES && members.length < MOST_MEMBERS; page++) {
    const { headers, body } = await services.ask(platform, { method: 'GET', url, scope: SCOPES.memberships, accept: MEDIA.memberships });
    members.push(...readMembers(body));
    url = nextOf(headers['link'], url);
  }
  return members.slice(0, MOST_MEMBERS);
}

function readMembers(body: Buffer): Member[] {
  let answer: unknown;
  try {
    answer = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceFault(0, 'The platform’s roster is no JSON.');
  }
  const list = (answer as { members?: unknown } | null)?.members;
  if (!Array.isArray(list)) throw new ServiceFault(0, 'The platform’s roster has no members.');
  return list.flatMap((entry: unknown) => {
    const { user_id: userId, name, roles, status } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof userId !== 'string' || status === 'Deleted') return [];
    return [{ userId, name: typeof name === 'string' && name !== '' ? name.slice(0, 200) : undefined, roles: Array.isArray(roles) ? roles.filter((role): role is string => typeof role === 'string') : [] }];
  });
}

/** RFC 8288; NRPS 2.0, 2.4.3. Of the same origin alone: the token is for nobody else. */
function nextOf(header: string | string[] | undefined, from: string): string | undefined {
  const [, href] = /<([^>]{1,4000})>\s*;[^,]*\brel="?next"?/i.exec(Array.isArray(header) ? header.join(', ') : (header ?? '')) ?? [];
  if (href === undefined || !URL.canParse(href, from)) return undefined;
  const next = new URL(href, from);
  return next.origin === new URL(from).origin ? next.href : undefined;
}
