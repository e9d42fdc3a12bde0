/** As `JSON.stringify` writes what PostgreSQL's text has no place for: U+0000, and halves of surrogate pairs. */
const ESCAPED = /\\u(?:0000|d[89a-f])/;

/**
 * A value as JSON into which PostgreSQL can look. It stores any JSON; but to take it apart, as when definitions are merged, it has to turn every string in it into
 * text, and refuses U+0000 and halves of surrogate pairs. U+0000 is left out, and a half becomes U+FFFD, as in UTF-8.
 */
export function readableJson(value: object): string {
  const text = JSON.stringify(value);
  return ESCAPED.test(text) ? JSON.stringify(readable(value)) : text;
}

function readable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [readable(key), readable(part)]));
}
