/** The string formats of xAPI Data 4. Each test is linear in its input: statements come from outside. */

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Standard string form, any version and variant: the specification's own examples use ids of no RFC 4122 variant (4.4). */
export const isUuid = (text: string): boolean => UUID.test(text);

// RFC 3987 2.2: what is neither reserved nor an (i)unreserved character must be percent-encoded. `#` opens the fragment once.
const IRI_REST = String.raw`(?:[^\0- "#%<>\\^${'`'}{|}\x7f-\xa0\s\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]|%[\da-f]{2})`;
const IRI = new RegExp(`^(?:https?://(?=[^/?#])|(?!https?:)[a-z][a-z\\d+.-]*:(?=.))${IRI_REST}*(?:#${IRI_REST}*)?$`, 'iu');

/** Most are plain URLs: a part of what `IRI` takes, told without looking at code points. */
const PLAIN_URL = /^https?:\/\/[\w.-][\w.~!$&'()*+,;=:@/?-]*$/;

/** An absolute IRI or IRL: a scheme and something after it (2.2, 4.3). */
export const isIri = (text: string): boolean => PLAIN_URL.test(text) || IRI.test(text);

const MBOX = /^mailto:[^\0- "(),:;<>@[\\\]?#\x7f]+@(?:[^\0- "(),:;<>@[\\\]?#/%.\x7f]+(?:\.[^\0- "(),:;<>@[\\\]?#/%.\x7f]+)*|\[[\da-z.:]+\])$/i;

/** `mailto:` and one address, without headers (2.4.2.3). */
export const isMailto = (text: string): boolean => text.startsWith('mailto:') && MBOX.test(text);

/** A hex-encoded SHA-1 hash (2.4.2.3). */
export const isSha1 = (text: string): boolean => /^[\da-f]{40}$/i.test(text);

/** A hex-encoded hash of the SHA-2 family: 224, 256, 384 or 512 bits (2.4.11). */
export const isSha2 = (text: string): boolean => /^(?:[\da-f]{56}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128})$/i.test(text);

// ISO 8601:2004 4.4.3.2. Weeks stand alone, each part comes once, and only the last part may have a fraction.
const DURATION = /^P(?=.)(?:[\d.,]+W|(?:[\d.,]+Y)?(?:[\d.,]+M)?(?:[\d.,]+D)?(?:T(?=.)(?:[\d.,]+H)?(?:[\d.,]+M)?(?:[\d.,]+S)?)?)$/;
const DURATION_NUMBERS = /^(?:[PT]|\d+[YMWDHS])+(?:\d+[.,]\d+[YMWDHS])?$/;

/** An ISO 8601 duration in the format with designators (4.6). */
export const isDuration = (text: string): boolean => DURATION.test(text) && DURATION_NUMBERS.test(text);

/** A media type with its parameters, e.g. `text/plain; charset=ascii` (2.4.11, RFC 2045 5.1). */
export const isMediaType = (text: string): boolean =>
  /^[\w!#$&^.+'*`|~%-]+\/[\w!#$&^.+'*`|~%-]+(?:[ \t]*;[ \t]*[\w!#$&^.+'*`|~%-]+=(?:[\w!#$&^.+'*`|~%-]+|"[^"\n\r]*"))*[ \t]*;?$/.test(text);

const EXTENDED = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?:\d\d)?)?$/i;
const PLAIN_TIMESTAMP = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** Whether a timestamp has the form of RFC 3339, which is all that 2.0 and a good provider use (4.5). */
export const isRfc3339 = (text: string): boolean => RFC3339.test(text) && parseTimestamp(text) !== undefined;

/**
 * The point in time of an ISO 8601 date with a time, in the extended or the basic format (4.5). Without a zone it is taken for UTC.
 * @returns epoch milliseconds, fractions cut off; `undefined` where it is none, or has the zone −00, −0000 or −00:00, which says that
 * the zone is unknown
 */
export function parseTimestamp(text: string): number | undefined {
  // As programs write it: days up to 28 are in every month, and the rest has nothing that Date reads otherwise.
  if (PLAIN_TIMESTAMP.test(text)) return Date.parse(text);
  const match = EXTENDED.exec(text) ?? BASIC.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const zone = match[8] ?? 'Z';
  const [zoneHours, zoneMinutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', ''))];
  if (/^-00:?(?:00)?$/.test(zone) || zoneHours > 23 || zoneMinutes > 59) return undefined;
  // Second 60 is a leap second; hour 24 is a time of ISO 8601, but names an instant that has a better name.
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, Number((match[7] ?? '').slice(0, 3).padEnd(3, '0')));
  const offset = /z/i.test(zone) ? 0 : (zoneHours * 60 + zoneMinutes) * (zone.startsWith('-') ? -60_000 : 60_000);
  return date.getTime() - offset;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
