const MAX_LENGTH = 80;

/** Short unit ids from publishers' IRIs: the last part of the path, numbered where two are alike. The same manifest gives the same ids. */
export class UnitIds {
  readonly #taken = new Set<string>();

  take(iri: string, fallback: string): string {
    const tail = decode(iri).replace(/[?#].*$/, '').split(/[/:]/).filter(Boolean).pop() ?? '';
    const slug = tail.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, MAX_LENGTH) || fallback;
    let id = slug;
    for (let count = 2; this.#taken.has(id); count++) id = `${slug}-${count}`;
    this.#taken.add(id);
    return id;
  }
}

function decode(iri: string): string {
  try {
    return decodeURIComponent(iri);
  } catch {
    return iri;
  }
}
