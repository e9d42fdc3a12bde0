import type { PDFDocumentProxy } from 'pdfjs-dist';
import type * as PdfJs from 'pdfjs-dist/legacy/build/pdf.mjs';
import { css, unsafeCSS } from 'lit';
import { printNodes } from './print-frame.js';

/** Pages of one print: each is a picture in memory. */
export const MAX_PRINT = 100;

/** Dots an inch; and pixels of one page. */
const DENSITY = 150;
const MAX_PIXELS = 2 ** 23;

export interface PrintOptions {
  readonly pdf: typeof PdfJs;
  readonly document: PDFDocumentProxy;
  /** From 0, both included. */
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly language: string;
  readonly signal: AbortSignal;
  pageName(number: number): string;
  onProgress(done: number, all: number): void;
}

/** Prints pages as pictures: what is seen is what is printed, in every browser, and no script of the file is asked. */
export async function printPdf({ pdf, document: file, from, to, title, language, signal, pageName, onProgress }: PrintOptions): Promise<void> {
  const last = Math.min(to, from + MAX_PRINT - 1, file.numPages - 1);
  const images: HTMLImageElement[] = [];
  let paper = { width: 595, height: 842 };
  try {
    for (let index = from; index <= last; index++) {
      signal.throwIfAborted();
      const page = await file.getPage(index + 1);
      const size = page.getViewport({ scale: 1 });
      if (index === from) paper = { width: Math.round(size.width), height: Math.round(size.height) };
      const scale = Math.min(DENSITY / 72, Math.sqrt(MAX_PIXELS / (size.width * size.height)));
      const viewport = page.getViewport({ scale });
      const canvas = document.createElement('canvas');
      canvas.width = Math.max(1, Math.floor(viewport.width));
      canvas.height = Math.max(1, Math.floor(viewport.height));
      await page.render({ canvas, viewport, intent: 'print', annotationMode: pdf.AnnotationMode.ENABLE }).promise;
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
      canvas.width = canvas.height = 0;
      page.cleanup();
      if (!blob) continue;
      const image = document.createElement('img');
      image.alt = pageName(index + 1);
      image.src = URL.createObjectURL(blob);
      images.push(image);
      onProgress(index - from + 1, last - from + 1);
    }
    // Numbers, from a file: nothing else of it reaches the sheet.
    const sheet = css`
      @page {
        size: ${unsafeCSS(`${paper.width}pt ${paper.height}pt`)};
        margin: 0;
      }
      img {
        display: block;
        inline-size: 100%;
        block-size: 100vh;
        object-fit: contain;
        break-after: page;
        break-inside: avoid;
      }
      img:last-child {
        break-after: auto;
      }
    `;
    await printNodes(images, [sheet], { title, language });
  } finally {
    for (const { src } of images) URL.revokeObjectURL(src);
  }
}
