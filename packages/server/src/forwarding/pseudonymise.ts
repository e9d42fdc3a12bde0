import { createHmac } from 'node:crypto';
import type { Agent, Statement } from '@lectern/core';
import { identifierOf } from '../database/keys.js';
import { createScrubber, type Scrubber } from './scrub.js';

export interface PseudonymOptions {
  readonly homePage: string;
  readonly salt: string;
}

type Json = Readonly<Record<string, unknown>>;

/** A signature is of the statement as it was: it no longer fits, and its payload names everybody (xAPI Data 2.6). */
const SIGNATURE = 'http://adlnet.gov/expapi/attachments/signature';

/**
 * The same statement about people nobody can name without the salt: every agent and group, wherever it stands, is an account whose name is
 * HMAC-SHA-256 of its identifier, without `name`; the authority is left to the target. What identified or named them is replaced in texts,
 * addresses and extensions too. Equal people stay equal, across statements.
 */
export function pseudonymise(statement: Statement, { homePage, salt }: PseudonymOptions): Statement {
  const pseudonymOf = (identifier: string): string => createHmac('sha256', salt).update(identifier).digest('hex');
  const { authority: _authority, stored: _stored, ...told } = statement;
  const people: { actor: Agent; pseudonym: string | undefined }[] = [];
  collect(told, (actor) => {
    const identifier = identifierOf(actor);
    people.push({ actor, pseudonym: identifier === undefined ? undefined : pseudonymOf(identifier) });
  });
  const walk = new Walk(homePage, pseudonymOf, createScrubber(people));
  return walk.object(told as unknown as Json, '', false) as unknown as Statement;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The agent or group that an object is, also where none should stand, as in an extension, whose members may be anything. */
function actorOf(value: Json): Agent | undefined {
  const { mbox, mbox_sha1sum, openid, account, name, objectType } = value;
  const [homePage, accountName] = isObject(account) ? [string(account['homePage']), string(account['name'])] : [];
  const identifiers = {
    ...(string(mbox) === undefined ? {} : { mbox: mbox as string }),
    ...(string(mbox_sha1sum) === undefined ? {} : { mbox_sha1sum: mbox_sha1sum as string }),
    ...(string(openid) === undefined ? {} : { openid: openid as string }),
    ...(homePage === undefined || accountName === undefined ? {} : { account: { homePage, name: accountName } }),
  };
  if (Object.keys(identifiers).length === 0 && objectType !== 'Group' && objectType !== 'Agent') return undefined;
  return { ...identifiers, ...(string(name) === undefined ? {} : { name: name as string }) };
}

function collect(value: unknown, found: (actor: Agent) => void): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  if (!isObject(value)) return;
  const actor = actorOf(value);
  if (actor) found(actor);
  for (const item of Object.values(value)) collect(item, found);
}

/** Words of the standard's own, which name nobody. */
const VOCABULARY = new Set(['objectType', 'timestamp', 'version', 'registration', 'duration', 'interactionType', 'type', 'usageType', 'contentType', 'sha2', 'language', 'relevantTypes']);
const ADDRESSES = new Set(['id', 'moreInfo', 'fileUrl']);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

class Walk {
  constructor(
    private readonly homePage: string,
    private readonly pseudonymOf: (identifier: string) => string,
    private readonly scrub: Scrubber,
  ) {}

  object(value: Json, parent: string, free: boolean): Json {
    const actor = actorOf(value);
    if (actor) return this.actor(value, actor);
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
      if (!free && (VOCABULARY.has(key) || (parent === 'verb' && key === 'id'))) return [key, item];
      if (!free && key === 'attachments' && Array.isArray(item)) return [key, item.filter((one: Json) => one['usageType'] !== SIGNATURE).map((one: Json) => this.object(one, key, free))];
      return [free ? this.scrub.text(key) : key, this.value(item, key, free || key === 'extensions')];
    });
    return Object.fromEntries(entries.filter(([key, item]) => free || key !== 'attachments' || !Array.isArray(item) || item.length > 0));
  }

  private value(value: unknown, key: string, free: boolean): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item, key, free));
    if (isObject(value)) return this.object(value, key, free);
    if (typeof value === 'number' && free) return this.scrub.number(value);
    if (typeof value !== 'string') return value;
    if (free || !ADDRESSES.has(key)) return this.scrub.text(value);
    return UUID.test(value) ? value : this.scrub.address(value);
  }

  /** Nothing else of it is kept: an extension may have put a telephone number beside the address. */
  private actor(value: Json, actor: Agent): Json {
    const identifier = identifierOf(actor);
    const members = value['member'];
    return {
      objectType: value['objectType'] === 'Group' ? 'Group' : 'Agent',
      ...(identifier === undefined ? {} : { account: { homePage: this.homePage, name: this.pseudonymOf(identifier) } }),
      ...(Array.isArray(members) ? { member: members.filter(isObject).map((member) => this.actor(member, actorOf(member) ?? {})) } : {}),
    };
  }
}
