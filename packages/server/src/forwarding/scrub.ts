import type { Actor } from '@lectern/core';

/** Replaces what identifies or names a statement’s people outside the places where people stand. Its methods throw a RangeError when it is too much. */
export interface Scrubber {
  /** Words: a response, a title, a value or a key in an extension. */
  text(value: string): string;
  /** An IRI: careful with short identifiers, which are parts of many words. */
  address(value: string): string;
  number(value: number): number | string;
}

/** Below this length a needle counts only as a whole word. */
const LONG = 6;
/** Shortest needle that is looked for in an address. */
const IN_ADDRESS = 4;
const NOBODY = 'anonymous';
/** Needles times characters: a fraction of a second’s work. A group of all a university's students in a long text is no statement to be told. */
const MOST_WORK = 50_000_000;

export function createScrubber(people: readonly { readonly actor: Actor; readonly pseudonym: string | undefined }[]): Scrubber {
  const needles = new Map<string, string>();
  for (const { actor, pseudonym = NOBODY } of people) {
    for (const needle of identifiersOf(actor)) {
      // An openid may be the whole of an IRI, which has to stay one.
      const replacement = needle === actor.openid ? `urn:lectern:pseudonym:${pseudonym}` : pseudonym;
      for (const spelling of [needle, encodeURIComponent(needle), encodeURI(needle)]) needles.set(spelling.toLowerCase(), replacement);
    }
  }
  const words = patternOf([...needles.keys()].filter((needle) => needle.length >= 2));
  const parts = patternOf([...needles.keys()].filter((needle) => needle.length >= IN_ADDRESS || !isAscii(needle)));
  let work = 0;
  const replace = (pattern: RegExp | undefined) => (value: string): string => {
    work += needles.size * value.length;
    if (work > MOST_WORK) throw new RangeError('The statement names too many people to search all its texts for them.');
    return pattern ? value.replace(pattern, (match) => needles.get(match.toLowerCase()) ?? NOBODY) : value;
  };
  const whole = (value: string): string | undefined => needles.get(value.toLowerCase());
  const text = replace(words);
  return {
    text: (value) => whole(value) ?? text(value),
    address: replace(parts),
    number: (value) => (String(value).length >= IN_ADDRESS ? (whole(String(value)) ?? value) : value),
  };
}

function identifiersOf({ mbox, mbox_sha1sum, openid, account, name }: Actor): string[] {
  // A lone surrogate has no percent-encoded form; it cannot be found in UTF-8 either.
  const all = [mbox?.replace(/^mailto:/i, ''), mbox_sha1sum, openid, account?.name, name].map((one) => one?.replace(/\p{Surrogate}/gu, '').trim());
  return all.filter((one): one is string => Boolean(one));
}

const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** The longest first: an address before the name it begins with. */
function patternOf(needles: readonly string[]): RegExp | undefined {
  if (needles.length === 0) return undefined;
  const alternatives = [...needles].sort((a, b) => b.length - a.length).map((needle) => {
    const literal = needle.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    if (needle.length >= LONG) return literal;
    return `${/^[a-z0-9]/.test(needle) ? '(?<![a-z0-9])' : ''}${literal}${/[a-z0-9]$/.test(needle) ? '(?![a-z0-9])' : ''}`;
  });
  return new RegExp(alternatives.join('|'), 'giu');
}
