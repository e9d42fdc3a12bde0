import type { Text } from '../course/course.js';
import type { LanguageMap } from './statement.js';

// RFC 5646 2.1, well-formedness; the irregular grandfathered tags that the grammar leaves out are listed.
const LANGUAGE =
  /^(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?|x(?:-[a-z\d]{1,8})+|en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-(?:fr|nl)|ch-de))$/i;

/** Whether a text is a well-formed RFC 5646 language tag (xAPI Data 4.2). */
export const isLanguageTag = (text: string): boolean => LANGUAGE.test(text);

/** The tag as RFC 5646 spells it. Packages write `en_US` or nonsense, and one bad tag makes an LRS refuse the statement. */
export function languageTag(text: string | undefined): string | undefined {
  const tag = text?.replaceAll('_', '-');
  return tag !== undefined && isLanguageTag(tag) ? tag : undefined;
}

/** Words as a language map. A plain string is in `language`, or in `und` where that is none; words under a bad tag are left out. */
export function languageMap(text: Text, language: string | undefined): LanguageMap {
  if (typeof text === 'string') return { [languageTag(language) ?? 'und']: text };
  return Object.fromEntries(Object.entries(text).flatMap(([key, words]) => {
    const tag = languageTag(key);
    return tag === undefined ? [] : [[tag, words]];
  }));
}
