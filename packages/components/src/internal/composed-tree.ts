/** The closest inclusive ancestor that matches, through the shadow roots above. */
export function composedClosest(from: Node | null, selector: string): Element | undefined {
  for (let node: Node | null = from; node; node = node instanceof ShadowRoot ? node.host : node.parentNode) {
    const found = node instanceof Element ? node.closest(selector) : undefined;
    if (found) return found;
  }
  return undefined;
}
