/** A place in a page's text: the text item, and the characters before it in the item. */
export interface TextPoint {
  readonly item: number;
  readonly offset: number;
}

export interface TextMatch {
  readonly start: TextPoint;
  readonly end: TextPoint;
}

/** Matches a page may have: more than that says nothing any more. */
const MAX_MATCHES = 1_000;

/** As it is compared: without case, ligatures, wide forms and white space, which a PDF has where lines end, and Chinese has nowhere. */
function fold(text: string, each: (folded: string, index: number) => void): void {
  for (let index = 0; index < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(index)!);
    const folded = character.normalize('NFKC').toLowerCase().replace(/\s/gu, '');
    for (const unit of folded) each(unit, index);
    index += character.length;
  }
}

export function foldQuery(query: string): string {
  let folded = '';
  fold(query, (unit) => (folded += unit));
  return folded;
}

/** Finds all places of a folded query in a page's text items. */
export function findInItems(items: readonly string[], query: string): readonly TextMatch[] {
  if (query === '') return [];
  let text = '';
  const points: TextPoint[] = [];
  for (const [item, words] of items.entries()) {
    fold(words, (unit, offset) => {
      text += unit;
      for (let count = 0; count < unit.length; count++) points.push({ item, offset });
    });
  }
  const matches: TextMatch[] = [];
  for (let at = text.indexOf(query); at >= 0 && matches.length < MAX_MATCHES; at = text.indexOf(query, at + query.length)) {
    const last = points[at + query.length - 1]!;
    const width = String.fromCodePoint(items[last.item]!.codePointAt(last.offset)!).length;
    matches.push({ start: points[at]!, end: { item: last.item, offset: last.offset + width } });
  }
  return matches;
}
