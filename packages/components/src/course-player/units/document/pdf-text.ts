import type { PDFPageProxy } from 'pdfjs-dist';

export type PdfText = Awaited<ReturnType<PDFPageProxy['getTextContent']>>;

/** A page's text. pdf.js's own `getTextContent` iterates over a stream, which no Safari can. */
export async function textOf(proxy: PDFPageProxy): Promise<PdfText> {
  const text: PdfText = { items: [], styles: {}, lang: null };
  const reader = (proxy.streamTextContent({ disableNormalization: true }) as ReadableStream<PdfText>).getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const { items, styles, lang } = chunk.value;
    text.items.push(...items);
    Object.assign(text.styles, styles);
    text.lang ??= lang;
  }
  return text;
}
