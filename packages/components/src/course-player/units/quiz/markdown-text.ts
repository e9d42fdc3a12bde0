import { renderMarkdown } from '../markdown.js';

/** A text of a quiz that is written in Markdown, as nodes. */
export function markdownText(text: string, base: string): HTMLElement {
  const element = document.createElement('div');
  element.className = 'rich';
  element.dir = 'auto';
  element.append(renderMarkdown(text, base));
  return element;
}
