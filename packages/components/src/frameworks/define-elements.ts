import { ELEMENTS } from './generated/elements.js';
import type { LecternTag } from './handlers.js';

/** Registers the elements that a page uses, or all of them. Call it in the browser. */
export async function defineElements(...tags: readonly LecternTag[]): Promise<void> {
  const wanted = tags.length > 0 ? tags : (Object.keys(ELEMENTS) as LecternTag[]);
  await Promise.all(wanted.map((tag) => ELEMENTS[tag].define()));
}
