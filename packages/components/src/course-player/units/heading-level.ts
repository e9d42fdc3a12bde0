/** What the player says of its headings. */
interface Headings {
  /** Level of the course's title; the unit's is one deeper. */
  readonly headingLevel?: number;
  /** `none`: it shows neither. */
  readonly chrome?: string;
}

/** The player that a unit is open in. */
const playerOf = (host: HTMLElement): Headings => {
  const root = host.getRootNode();
  return root instanceof ShadowRoot ? (root.host as Headings) : {};
};

/** Whether the player shows the unit's title above the unit. Asked of the player's element, so that the first load carries nothing for it. */
export const showsUnitTitle = (host: HTMLElement): boolean => playerOf(host).chrome !== 'none';

/** Level of the first heading within a unit, 1 to 6: under the unit's own, or in its place where the page draws what surrounds the unit. */
export function unitHeadingLevel(host: HTMLElement): number {
  const { headingLevel = 2 } = playerOf(host);
  return Math.min(6, Math.max(1, showsUnitTitle(host) ? headingLevel + 2 : headingLevel));
}

/**
 * Puts the headings of a text of its own under those that are there already: its highest at `level`, each other as deep as it stands in the text, none skipped,
 * none deeper than 6. The class `h1` to `h6` says how it was written, for what it looks like.
 */
export function placeHeadings(text: ParentNode, level: number): void {
  const above: number[] = [];
  for (const heading of text.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const written = Number(heading.localName.slice(1));
    while (above.length > 0 && above.at(-1)! >= written) above.pop();
    const placed = document.createElement(`h${Math.min(6, level + above.length)}`);
    placed.className = heading.localName;
    placed.append(...heading.childNodes);
    heading.replaceWith(placed);
    above.push(written);
  }
}
