import { createHmac, randomUUID } from 'node:crypto';
import type { Agent, Statement } from '@lectern/core';

type Json = Record<string, unknown>;

/** Numbers from 0 to 1 that are the same in every run. */
export function numbers(seed: number): () => number {
  return () => (seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

const NAMES = ['李雷', '韩梅梅', 'Li Lei', 'Łukasz Żółć', "O'Neil (tutor)", 'Ann', 'a+b*c?', 'Сергей', '$1 \\n "quoted"'];
const LOGINS = ['li.lei', '20230042', 'hmm', 'x-42_z', 'ümit', 'san zhang', 'a/b?c#d', 'k'.repeat(40)];

export interface Person {
  readonly agent: Agent;
  readonly needles: readonly string[];
}

function makePerson(random: () => number, n: number): Person {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const name = `${pick(NAMES)}${random() < 0.5 ? ` ${n}` : ''}`;
  const login = `${pick(LOGINS)}${n}`;
  const named = random() < 0.7 ? { name } : {};
  const hex = createHmac('sha1', 'x').update(login).digest('hex');
  const [identifier, needle] = pick<[Agent, string]>([
    [{ account: { homePage: 'https://sso.uni.example/', name: login } }, login],
    [{ mbox: `mailto:person${n}@Mail.uni.example` }, `person${n}@Mail.uni.example`],
    [{ mbox_sha1sum: hex }, hex],
    [{ openid: `https://people.uni.example/p${n}` }, `https://people.uni.example/p${n}`],
  ]);
  return { agent: { objectType: 'Agent', ...named, ...identifier }, needles: [needle, ...('name' in named ? [name] : [])] };
}

/** A statement that names its people wherever one can be named, and where none should be. */
export function namingStatement(random: () => number, people: readonly Person[]): Statement {
  const person = (at: number): Agent => people[at % people.length]!.agent;
  const needle = (at: number): string => people[at % people.length]!.needles[0]!;
  const anyNeedle = (at: number): string => people[at % people.length]!.needles.at(-1)!;
  const told = (at: number): string => `“${anyNeedle(at).toUpperCase()}” wrote: I am ${needle(at)}, ask ${anyNeedle(at + 1)}。`;
  const context = (isActivity: boolean): Json => ({
    registration: randomUUID(),
    instructor: random() < 0.5 ? person(1) : { objectType: 'Group', name: 'Tutors of 李雷', member: [person(2), person(3)] },
    team: { ...person(4), objectType: 'Group', member: people.map(({ agent }) => agent) },
    contextAgents: [{ objectType: 'contextAgent', agent: person(6) }],
    contextGroups: [{ objectType: 'contextGroup', group: { ...person(7), objectType: 'Group' } }],
    ...(isActivity ? { platform: `Desk of ${needle(2)}` } : {}),
    contextActivities: { grouping: [{ id: `https://uni.example/portfolio/${encodeURIComponent(needle(3))}/${encodeURIComponent(needle(4))}?by=1`, definition: { name: { 'zh-CN': told(3) }, description: { en: told(4) } } }] },
    extensions: { 'https://uni.example/ext': { who: person(0), [needle(1)]: [told(5), { deep: [{ mbox: `mailto:${needle(2)}`, phone: '+86 10 1234' }] }], id: needle(5) } },
  });
  const result = { response: told(0), duration: 'PT5S', score: { scaled: 0.5 }, extensions: { 'https://uni.example/r': { account: { homePage: 'https://sso.uni.example/', name: needle(6) }, said: told(6) } } };
  const activity = { id: 'https://uni.example/activities/a', definition: { type: 'http://adlnet.gov/expapi/activities/lesson', name: { en: told(7) }, moreInfo: `https://uni.example/more?${encodeURIComponent(needle(0))}` } };
  const objects: Json[] = [
    activity, { ...person(1) }, { objectType: 'Group', name: '李雷 and others', member: [person(2)] },
    { objectType: 'SubStatement', actor: person(3), verb: { id: 'https://uni.example/verbs/met' }, object: person(4), context: context(false), result },
  ];
  const object = objects[Math.floor(random() * objects.length)];
  return {
    id: randomUUID(), actor: random() < 0.8 ? person(0) : { objectType: 'Group', member: [person(0), person(1)] },
    verb: { id: 'https://uni.example/verbs/did', display: { en: `did (${anyNeedle(0)})` } }, object, result, context: context(object === activity),
    timestamp: '2026-11-25T10:00:00Z', stored: '2026-11-25T10:00:01Z', authority: person(5), version: '2.0.0',
    attachments: [
      { usageType: 'http://adlnet.gov/expapi/attachments/signature', display: { en: 'signature' }, contentType: 'application/octet-stream', length: 3, sha2: 'a'.repeat(64) },
      { usageType: 'https://uni.example/certificate', display: { en: told(1) }, description: { en: told(2) }, contentType: 'application/pdf', length: 3, sha2: 'b'.repeat(64) },
    ],
  } as unknown as Statement;
}

/** From three to eight people, each with an identifier of some kind, most with a name. */
export const makePeople = (random: () => number): Person[] => Array.from({ length: 3 + Math.floor(random() * 6) }, (_, n) => makePerson(random, n));

/** All spellings in which the octets could hold a needle. */
const spellings = (needle: string): string[] => [...new Set([needle, JSON.stringify(needle).slice(1, -1), encodeURIComponent(needle), encodeURI(needle)])].map((one) => one.toLowerCase());

/** Where the octets name one of these people, with what stands around it. A short name is a name as a word: "Ann" is not in "annotation". */
export function findNaming(octets: Buffer, people: readonly Person[]): string | undefined {
  const text = octets.toString('utf8').toLowerCase();
  for (const needle of people.flatMap(({ needles }) => needles)) {
    for (const spelling of spellings(needle)) {
      const at = new RegExp(`(?<![a-z0-9])${spelling.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![a-z0-9])`, 'u').exec(text)?.index;
      if (at !== undefined) return `"${needle}" in …${text.slice(Math.max(0, at - 60), at + 60)}`;
    }
  }
  return undefined;
}
