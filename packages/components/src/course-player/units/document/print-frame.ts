import { css, type CSSResult } from 'lit';

/** What any printed document begins with. */
const PAPER = css`
  html,
  body {
    margin: 0;
    background: #fff;
    color: #000;
  }
`;

/**
 * Prints nodes by themselves, in an empty frame of the page's own: the page around the player does not come along. Resolves when the browser
 * has what it needs, or the dialog has been closed.
 */
export async function printNodes(nodes: readonly Node[], styles: readonly CSSResult[], { title, language }: { readonly title: string; readonly language: string }): Promise<void> {
  const frame = document.createElement('iframe');
  frame.className = 'lectern-print';
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  Object.assign(frame.style, { position: 'fixed', insetInlineStart: '-10000px', inlineSize: '800px', blockSize: '600px', border: '0' });
  document.body.append(frame);
  const view = frame.contentWindow as (Window & typeof globalThis) | null;
  if (!view) return frame.remove();
  try {
    const inner = view.document;
    inner.documentElement.lang = language;
    inner.title = title;
    // A sheet belongs to the document whose constructor made it.
    inner.adoptedStyleSheets = [PAPER, ...styles].map(({ cssText }) => {
      const sheet = new view.CSSStyleSheet();
      sheet.replaceSync(cssText);
      return sheet;
    });
    inner.body.append(...nodes.map((node) => inner.importNode(node, true)));
    // What has not come in ten seconds is printed as its alternative text.
    const pictures = Promise.all([...inner.images].map((image) => image.decode().catch(() => undefined)));
    await Promise.race([pictures, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    const closed = new Promise<void>((resolve) => view.addEventListener('afterprint', () => resolve(), { once: true }));
    view.focus();
    view.print();
    // Where print() does not wait for the dialog, the frame must outlive it.
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 60_000))]);
  } finally {
    frame.remove();
  }
}
