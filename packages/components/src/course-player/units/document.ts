import type { DocumentSource, DocumentUnit } from '@lectern/core';
import { PlayerError } from '../player-error.js';
import { pdfAssets } from './document/pdf-assets.js';
import { fetchPdf } from './document/pdf-file.js';
import { startPdfWorker } from './document/pdf-worker.js';
import type { UnitContext, UnitView } from './unit-view.js';

/** The source in the reader's language: the exact tag, the same language, the one without a language, the first. */
export function pickSource(sources: readonly DocumentSource[], languages: readonly string[]): DocumentSource {
  const primary = (tag: string): string | undefined => tag.toLowerCase().split('-')[0];
  for (const wanted of languages) {
    const found =
      sources.find(({ lang }) => lang?.toLowerCase() === wanted.toLowerCase()) ??
      sources.find(({ lang }) => lang !== undefined && primary(lang) === primary(wanted));
    if (found) return found;
  }
  return sources.find(({ lang }) => lang === undefined) ?? sources[0]!;
}

type OpenDocument = (context: UnitContext<DocumentUnit>, source: DocumentSource) => Promise<UnitView>;

/** The view of a type of document comes when the first of that type opens. */
async function viewOf({ src, type }: DocumentSource, { base, pdfAssets: folder, signal }: UnitContext<DocumentUnit>): Promise<OpenDocument> {
  switch (type) {
    case 'text/markdown':
      return (await import('./document/markdown-view.js')).open;
    case 'application/pdf': {
      // The worker, the library, the view and the file are large: they come side by side, not one after the other.
      const { worker: url } = pdfAssets(folder);
      const { worker, broken } = startPdfWorker(url);
      const file = fetchPdf(new URL(src, base).href, signal);
      file.catch(() => undefined); // said when it is opened
      signal.addEventListener('abort', () => worker.terminate(), { once: true });
      const [{ open }, pdf] = await Promise.all([import('./document/pdf-view.js'), import('pdfjs-dist/legacy/build/pdf.mjs'), import('./document/pdf.styles.js'), import('./document/pdf-outline.js')]);
      return (context, source) => open(context, source, { pdf, worker, broken, file });
    }
    case 'application/epub+zip':
      return (await import('./document/epub-view.js')).open;
    case 'image/png':
    case 'image/jpeg':
    case 'image/webp':
    case 'image/avif':
    case 'image/gif':
    case 'image/svg+xml':
      return (await import('./document/image-view.js')).open;
    default:
      // The course was made by hand, or for a later version.
      throw new PlayerError('unit-failed', `Documents of type ${String(type).slice(0, 100)} cannot be shown.`, { field: 'type' });
  }
}

/** Shows a document in the reader's language, by its type. */
export async function open(context: UnitContext<DocumentUnit>): Promise<UnitView> {
  const source = pickSource(context.unit.sources, context.languages);
  return (await viewOf(source, context))(context, source);
}
