import type { StateContent } from '@lectern/core';
import { isObject } from '../outbox/record.js';
import { packText, unpackText } from './packing.js';

/** The whole of what an LMS keeps for us in one string. */
interface Kept {
  readonly v: 1;
  /** Counts the saves: of two copies the higher is the newer. */
  readonly seq: number;
  readonly registration: string;
  /** See `KeptDocuments.spent`. */
  readonly spent?: number;
  /** Documents by name, each property with the save that wrote it. */
  readonly docs: Readonly<Record<string, Readonly<Record<string, readonly [seq: number, value: unknown]>>>>;
}

/** Makes a property small, keeping what decides: for a unit's state, its outcome. `undefined` where nothing can be left out. */
export type Thin = (property: string, value: unknown) => unknown;

/** Which documents are a comfort: a page's own storage can be of any size, and what was completed must not make room for it. */
export type Spare = (document: string) => boolean;

export interface Packed {
  readonly text: string;
  /** Names of the documents something of which had no room. */
  readonly cut: readonly string[];
}

type Property = { seq: number; value: unknown };

/** State documents that share one small string. What was written last is kept best. */
export class KeptDocuments {
  registration: string;
  /** Seconds that the LMS's total should come to with this launch; not there once the launch has been finished, and counting is the LMS's affair. */
  spent: number | undefined;
  #seq = 0;
  readonly #docs = new Map<string, Map<string, Property>>();

  constructor(registration: string) {
    this.registration = registration;
  }

  /** @returns `undefined` where the text is not ours */
  static read(text: string): KeptDocuments | undefined {
    const kept = unpackText(text);
    if (!isObject(kept) || kept['v'] !== 1 || typeof kept['registration'] !== 'string' || !isObject(kept['docs'])) return undefined;
    const documents = new KeptDocuments(kept['registration']);
    documents.#seq = typeof kept['seq'] === 'number' && Number.isSafeInteger(kept['seq']) ? kept['seq'] : 0;
    const { spent } = kept;
    if (typeof spent === 'number' && Number.isFinite(spent) && spent >= 0) documents.spent = spent;
    for (const [name, properties] of Object.entries(kept['docs'])) {
      if (!isObject(properties)) continue;
      const read = new Map<string, Property>();
      for (const [property, entry] of Object.entries(properties)) {
        if (Array.isArray(entry) && typeof entry[0] === 'number') read.set(property, { seq: entry[0], value: entry[1] as unknown });
      }
      documents.#docs.set(name, read);
    }
    return documents;
  }

  get seq(): number {
    return this.#seq;
  }

  get names(): readonly string[] {
    return [...this.#docs.keys()];
  }

  load(name: string): StateContent | undefined {
    const properties = this.#docs.get(name);
    if (!properties) return undefined;
    return Object.fromEntries([...properties].map(([property, { value }]) => [property, value]));
  }

  save(name: string, content: StateContent, mode: 'merge' | 'replace'): void {
    const seq = ++this.#seq;
    const properties = mode === 'replace' ? new Map<string, Property>() : (this.#docs.get(name) ?? new Map<string, Property>());
    for (const [property, value] of Object.entries(content)) properties.set(property, { seq, value });
    this.#docs.set(name, properties);
  }

  /**
   * As text of at most `limit` characters: first whole, then without what can be spared, then with the oldest properties thinned, then without the oldest.
   * Packing is dear, so the number of properties that have to suffer is searched for by halving.
   */
  pack(limit: number, thin: Thin, spare: Spare = () => false): Packed {
    const all = [...this.#docs].flatMap(([name, properties]) => [...properties].map(([property, entry]) => ({ name, property, ...entry }))).sort((a, b) => Number(spare(b.name)) - Number(spare(a.name)) || a.seq - b.seq);
    const spared = all.filter(({ name }) => spare(name)).length;
    const thinned = all.map(({ property, value }) => thin(property, value));
    const write = (thinnedTo: number, droppedTo: number): string => {
      const docs: Record<string, Record<string, [number, unknown]>> = Object.fromEntries([...this.#docs.keys()].map((name) => [name, {}]));
      all.forEach(({ name, property, seq, value }, index) => {
        if (index < droppedTo) return;
        const small = index < thinnedTo ? thinned[index] : undefined;
        docs[name]![property] = [seq, small === undefined ? value : small];
      });
      return this.#write(docs);
    };
    const whole = write(0, 0);
    if (whole.length <= limit) return { text: whole, cut: [] };
    const needed = spared > 0 ? write(0, spared) : whole;
    const fewest = (attempt: (count: number) => string): string | undefined => {
      let low = 1;
      let high = all.length;
      let best: string | undefined;
      while (low <= high) {
        const middle = (low + high) >> 1;
        const text = attempt(middle);
        if (text.length <= limit) {
          best = text;
          high = middle - 1;
        } else low = middle + 1;
      }
      return best;
    };
    const text = (needed.length <= limit ? needed : undefined) ?? fewest((count) => write(count, spared)) ?? fewest((count) => write(all.length, count)) ?? this.#write({});
    const left = KeptDocuments.read(text)!;
    const cut = [...this.#docs].filter(([name, properties]) => (left.#docs.get(name)?.size ?? 0) < properties.size).map(([name]) => name);
    return { text, cut };
  }

  #write(docs: Kept['docs']): string {
    const spent = this.spent === undefined ? {} : { spent: Math.round(this.spent * 100) / 100 };
    return packText({ v: 1, seq: this.#seq, registration: this.registration, ...spent, docs } satisfies Kept);
  }
}
