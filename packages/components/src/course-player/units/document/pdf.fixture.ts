import type * as PdfLib from 'pdf-lib';
import type { PDFDocument as Pdf, PDFPage } from 'pdf-lib';
// @ts-expect-error -- the same library as one file: browsers cannot read the CommonJS that its modules import.
import * as bundled from 'pdf-lib/dist/pdf-lib.esm.min.js';

const { PDFArray, PDFDocument, PDFName, PDFString, StandardFonts } = bundled as typeof PdfLib;

export interface PdfFixtureOptions {
  readonly pages?: number;
  /** Words of a page, from 0. */
  text?(page: number): string;
  /** Points. */
  readonly size?: readonly [number, number];
  /** Links of the first page: addresses, as they stand in the file. */
  readonly links?: readonly string[];
  /** JavaScript that runs when the file is opened. */
  readonly script?: string;
  readonly outline?: readonly string[];
}

/** A PDF, made here and now. */
export async function makePdf({ pages = 3, text = (page) => `This is page ${page + 1}.`, size = [400, 560], links = [], script, outline }: PdfFixtureOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (let index = 0; index < pages; index++) {
    const page = pdf.addPage([...size]);
    page.drawText(text(index), { x: 40, y: size[1] - 80, size: 18, font, lineHeight: 24, maxWidth: size[0] - 80 });
  }
  if (links.length > 0) addLinks(pdf.getPage(0), links);
  if (script) pdf.addJavaScript('open', script);
  if (outline) addOutline(pdf, outline);
  return new Uint8Array(await pdf.save({ useObjectStreams: false }));
}

function addLinks(page: PDFPage, links: readonly string[]): void {
  const { context } = page.doc;
  const annotations = links.map((uri, index) =>
    context.register(
      context.obj({
        Type: 'Annot',
        Subtype: 'Link',
        Rect: [40, 300 - index * 30, 200, 320 - index * 30],
        Border: [0, 0, 1],
        ...(uri.startsWith('#') ? { Dest: [page.doc.getPage(Number(uri.slice(1))).ref, 'Fit'] } : { A: { Type: 'Action', S: 'URI', URI: PDFString.of(uri) } }),
      }),
    ),
  );
  page.node.set(PDFName.of('Annots'), context.obj(annotations));
}

function addOutline(pdf: Pdf, titles: readonly string[]): void {
  const { context, catalog } = pdf;
  const parent = context.nextRef();
  const refs = titles.map(() => context.nextRef());
  for (const [index, title] of titles.entries()) {
    const item = context.obj({ Title: PDFString.of(title), Parent: parent });
    item.set(PDFName.of('Dest'), PDFArray.withContext(context));
    item.lookup(PDFName.of('Dest'), PDFArray).push(pdf.getPage(Math.min(index, pdf.getPageCount() - 1)).ref);
    item.lookup(PDFName.of('Dest'), PDFArray).push(PDFName.of('Fit'));
    if (refs[index - 1]) item.set(PDFName.of('Prev'), refs[index - 1]!);
    if (refs[index + 1]) item.set(PDFName.of('Next'), refs[index + 1]!);
    context.assign(refs[index]!, item);
  }
  context.assign(parent, context.obj({ Type: 'Outlines', First: refs[0]!, Last: refs.at(-1)!, Count: titles.length }));
  catalog.set(PDFName.of('Outlines'), parent);
}

/** A player can only be given an address. */
export const urlOf = (bytes: Uint8Array<ArrayBuffer>, type = 'application/pdf'): string => URL.createObjectURL(new Blob([bytes], { type }));
