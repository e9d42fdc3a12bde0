import { html, type TemplateResult } from 'lit';

/** A heading of the outline, as pdf.js reads it. */
export interface OutlineItem {
  readonly title: string;
  readonly dest: unknown;
  readonly items: readonly OutlineItem[];
}

/** Headings that are shown, and how deep: an outline may have a million. */
const MAX_ITEMS = 3_000;
const MAX_DEPTH = 8;

/** The outline as nested lists of buttons; what is too long or too deep is left out. */
export function renderOutline(items: readonly OutlineItem[], follow: (dest: unknown) => void): TemplateResult {
  let left = MAX_ITEMS;
  const list = (level: readonly OutlineItem[], depth: number): TemplateResult => html`<ul>
    ${level.slice(0, Math.max(0, left)).map((item) => {
      left -= 1;
      const below = depth < MAX_DEPTH && left > 0 && item.items.length > 0;
      return html`<li>
        <button type="button" class="plain" @click=${() => follow(item.dest)}><bdi>${item.title.trim().slice(0, 300) || '…'}</bdi></button>
        ${below ? list(item.items, depth + 1) : ''}
      </li>`;
    })}
  </ul>`;
  return list(items, 1);
}
