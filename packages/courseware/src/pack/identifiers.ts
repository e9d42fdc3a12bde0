/** Identifiers that every LMS takes, though xs:ID has more: ASCII, beginning with a letter. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;

/**
 * Identifiers for a manifest (xs:ID) from ids of the course. They depend on the id alone and not on its place, so that an LMS knows a unit
 * again in a later version of the package.
 */
export class Identifiers {
  readonly #taken = new Set<string>(['organization', 'manifest']);

  /** @param prefix of what cannot stay as it is; begins with a letter */
  take(prefix: string, id: string): string {
    const plain = PLAIN.test(id) && !id.startsWith('resource-');
    const safe = id.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60);
    const base = plain ? id : [prefix, safe, fingerprint(id)].filter(Boolean).join('-');
    let identifier = base;
    for (let count = 2; this.#taken.has(identifier.toLowerCase()); count++) identifier = `${base}-${count}`;
    this.#taken.add(identifier.toLowerCase());
    return identifier;
  }
}

/** FNV-1a of the text's UTF-16, 32 bits, as hexadecimal: tells ids apart, keeps no secrets. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
