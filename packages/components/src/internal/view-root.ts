import { adoptStyles, type CSSResultOrNative } from 'lit';

/** A shadow root for a view inside the player: its styles stay its own, and need no inline `<style>` (which a strict CSP refuses). */
export function createViewRoot(host: HTMLElement, styles: readonly CSSResultOrNative[]): ShadowRoot {
  const root = host.attachShadow({ mode: 'open' });
  adoptStyles(root, [...styles]);
  return root;
}
