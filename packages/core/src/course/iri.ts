/** One part of an IRI's path. Lone surrogates, which content does send, become U+FFFD: no IRI can hold them. */
export const encodePart = (part: string): string => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd'));
