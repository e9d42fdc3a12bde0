import { fieldsOf, listOf, stringOf } from './plain-value.js';

/** Who a statement is about. */
export interface AgentFacts {
  /** The same for the same agent, whatever its name; empty where there is none. */
  readonly key: string;
  /** What to call them: the name, else the account's, else the address. */
  readonly name: string;
  /** The agent by its identifier alone, as the parameter `agent` wants it; absent where it has none. */
  readonly identifier: string | undefined;
  /** Of a group without an identifier. */
  readonly members: readonly string[];
}

export const NOBODY: AgentFacts = Object.freeze({ key: '', name: '', identifier: undefined, members: [] });

/** Members looked at, at most. */
const MEMBERS = 50;

export function agentFacts(agent: unknown): AgentFacts {
  if (agent === undefined) return NOBODY;
  const { name, key, identifier } = identify(agent);
  const members = listOf(agent, 'member').slice(0, MEMBERS).map((member) => identify(member));
  return {
    key,
    name: stringOf(agent, 'name') ?? (name || members.map((member) => member.name).filter((each) => each !== '').join(', ')),
    identifier,
    members: members.map((member) => member.key),
  };
}

/** By the inverse functional identifiers, in the order of the specification (xAPI Data 2.4.2.3). */
function identify(agent: unknown): { key: string; name: string; identifier: string | undefined } {
  const objectType = stringOf(agent, 'objectType') === 'Group' ? 'Group' : 'Agent';
  const identified = (identifier: object, key: string, name: string) => ({ key, name, identifier: JSON.stringify({ objectType, ...identifier }) });
  const mbox = stringOf(agent, 'mbox');
  if (mbox !== undefined) return identified({ mbox }, mbox, mbox.replace(/^mailto:/, ''));
  const hash = stringOf(agent, 'mbox_sha1sum');
  if (hash !== undefined) return identified({ mbox_sha1sum: hash }, `sha1:${hash.toLowerCase()}`, hash);
  const openid = stringOf(agent, 'openid');
  if (openid !== undefined) return identified({ openid }, openid, openid);
  const account = fieldsOf(agent, 'account');
  const [homePage, name] = [stringOf(account, 'homePage'), stringOf(account, 'name')];
  if (homePage !== undefined && name !== undefined) return identified({ account: { homePage, name } }, `${homePage} ${name}`, name);
  return { key: '', name: stringOf(agent, 'name') ?? name ?? '', identifier: undefined };
}
