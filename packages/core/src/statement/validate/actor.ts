import { isIri, isMailto, isSha1 } from './formats.js';
import { format, listOf, oneOf, own, shape, text, type Check, type Fields, type Judge } from './judge.js';

const iri = format('4.3', isIri, 'an absolute IRI');

/** The inverse functional identifiers (2.4.2.3). */
const IDENTIFIERS: Readonly<Record<string, Check>> = {
  mbox: format('2.4.2.3', isMailto, '"mailto:" and one e-mail address'),
  mbox_sha1sum: format('2.4.2.3', isSha1, 'a SHA-1 hash of 40 hexadecimal digits'),
  openid: format('2.4.2.3', isIri, 'an absolute URI'),
  account: shape('2.4.2.4', { homePage: iri, name: text }, ['homePage', 'name']),
};

const identifiersOf = (record: Fields): string[] => Object.keys(IDENTIFIERS).filter((key) => own(record, key) !== undefined);

function atMostOne(record: Fields, path: string, judge: Judge): void {
  const [, second] = identifiersOf(record);
  if (second) judge.add(`${path}.${second}`, '2.4.2.3', 'is a second identifier, and only one is allowed');
}

/** One person or system (2.4.2.1). */
export const agent: Check = shape('2.4.2', { objectType: oneOf('2.4.2', 'Agent'), name: text, ...IDENTIFIERS }, [], (record, path, judge) => {
  atMostOne(record, path, judge);
  if (identifiersOf(record).length === 0) {
    judge.add(path, '2.4.2.3', 'must have one of mbox, mbox_sha1sum, openid and account');
  }
});

/** An identified group has one identifier; an anonymous one has members instead (2.4.2.2). */
export const group: Check = shape(
  '2.4.2',
  { objectType: oneOf('2.4.2', 'Group'), name: text, ...IDENTIFIERS, member: listOf(agent) },
  ['objectType'],
  (record, path, judge) => {
    atMostOne(record, path, judge);
    const member = own(record, 'member');
    if (identifiersOf(record).length > 0) return;
    if (member === undefined) judge.add(`${path}.member`, '2.4.2', 'is missing, and the group has no identifier');
    else if (Array.isArray(member) && member.length === 0) judge.add(`${path}.member`, '2.4.2', 'must list the members of a group without an identifier');
  },
);

const objectTypeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? own(value as Fields, 'objectType') : undefined;

export const actor: Check = (value, path, judge) => {
  const objectType = objectTypeOf(value);
  if (objectType === 'Group') group(value, path, judge);
  else if (objectType === undefined || objectType === 'Agent') agent(value, path, judge);
  else oneOf('2.4.2', 'Agent', 'Group')(objectType, `${path}.objectType`, judge);
};

/** An agent; or, from three-legged OAuth, the application and the user together (2.4.9). */
export const authority: Check = (value, path, judge) => {
  actor(value, path, judge);
  if (objectTypeOf(value) !== 'Group') return;
  const [identifier] = identifiersOf(value as Fields);
  if (identifier) judge.add(`${path}.${identifier}`, '2.4.9', 'must not identify an authority of two agents');
  const member = own(value as Fields, 'member');
  const agents: readonly unknown[] = Array.isArray(member) ? member : [];
  if (agents.length !== 2) judge.add(`${path}.member`, '2.4.9', 'must be two agents: an OAuth application and its user');
  else if (!agents.some((one) => typeof one === 'object' && one !== null && own(one as Fields, 'account') !== undefined)) {
    judge.add(`${path}.member`, '2.4.9', 'must have the OAuth application, identified by an account');
  }
};
