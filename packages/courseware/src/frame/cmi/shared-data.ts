import type { SharedStore } from '@lectern/core';
import type { Answer } from './data-model.js';

/** The stores that units share (RTE 4.3, `adl.data`). */
export class SharedData {
  readonly #stores: readonly SharedStore[];
  readonly #values = new Map<string, string>();
  readonly #written = new Set<string>();

  constructor(stores: readonly SharedStore[]) {
    this.#stores = stores;
    for (const { id, store } of stores) if (store) this.#values.set(id, store);
  }

  /** What has been put into stores in this session. */
  get written(): Record<string, string> {
    return Object.fromEntries([...this.#written].map((id) => [id, this.#values.get(id)!]));
  }

  get(name: string): Answer {
    if (name === 'adl.data._children') return { value: 'id,store' };
    if (name === 'adl.data._count') return { value: String(this.#stores.length) };
    const place = this.#locate(name);
    if ('error' in place) return place;
    if (place.store === undefined) return { error: 301 };
    if (place.field === 'id') return { value: place.store.id };
    if (!place.store.read) return { error: 405 };
    const value = this.#values.get(place.store.id);
    return value ? { value } : { error: 403 }; // an empty store is one that nothing was put into
  }

  set(name: string, value: string): number {
    if (name === 'adl.data._children' || name === 'adl.data._count') return 404;
    const place = this.#locate(name);
    if ('error' in place) return place.error === 301 ? 404 : place.error;
    if (place.store === undefined) return 351;
    if (place.field === 'id' || !place.store.write) return 404;
    this.#values.set(place.store.id, value);
    this.#written.add(place.store.id);
    return 0;
  }

  #locate(name: string): { readonly store: SharedStore | undefined; readonly field: 'id' | 'store' } | { readonly error: number } {
    const match = /^adl\.data\.(\d+)\.(id|store)$/.exec(name);
    if (!match) return { error: /\._(children|count|version)$/.test(name) ? 301 : 401 };
    return { store: this.#stores[Number(match[1])], field: match[2] as 'id' | 'store' };
  }
}
