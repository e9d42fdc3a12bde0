import type { ModelViewerElement } from '@google/model-viewer';

/** Whether this browser can draw in 3D now. */
export function hasWebGl(): boolean {
  try {
    const context = document.createElement('canvas').getContext('webgl2');
    // Browsers keep few contexts; the probe's must not push out one in use.
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

/**
 * Makes a `<model-viewer>`, importing it where the page has none yet. A page that already registered one keeps it:
 * two copies of the script cannot both define the tag.
 */
export async function createModelViewer(): Promise<ModelViewerElement> {
  if (!customElements.get('model-viewer')) {
    try {
      await import('@google/model-viewer');
    } catch (fault) {
      // Another script may have defined the tag while this one was on its way.
      if (!customElements.get('model-viewer')) throw fault;
    }
  }
  const element = document.createElement('model-viewer') as ModelViewerElement;
  moveStyles(element);
  return element;
}

/**
 * `<model-viewer>` carries a `<style>` in its shadow root, which a `style-src 'self'` refuses once it is in the document. Until
 * then its rules can move into a constructed sheet, which no policy forbids.
 */
function moveStyles(element: ModelViewerElement): void {
  const root = element.shadowRoot;
  if (!root) return;
  const sheets = [...root.querySelectorAll('style')].map((style) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style.textContent);
    style.remove();
    return sheet;
  });
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...sheets];
  // Lit would put its own, empty list of sheets here when the element is first connected.
  Object.defineProperty(element, 'createRenderRoot', { value: () => root });
}
