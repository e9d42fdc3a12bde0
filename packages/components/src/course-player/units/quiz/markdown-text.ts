import type { Localizer } from '../../../internal/localize.js';
import { footnoteWords } from '../footnote-words.js';
import { renderMarkdown } from '../markdown.js';

/** A text of a quiz that is written in Markdown, as nodes; its headings begin at `level`. */
export function markdownText(text: string, base: string, level: number, words: Localizer): HTMLElement {
  const element = document.createElement('div');
  element.className = 'rich';
  element.dir = 'auto';
  element.append(renderMarkdown(text, base, level, footnoteWords(words)));
  return element;
}
