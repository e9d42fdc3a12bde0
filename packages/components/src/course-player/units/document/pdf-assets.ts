/** Beside the browser bundle, `pdf/`; `rollup.config.mjs` puts it there and knows where a chunk finds it. */
const BESIDE = '../../../bundle/pdf/';

/**
 * What pdf.js fetches while it works, from a folder laid out as the package `pdfjs-dist` is: the worker, character maps and standard fonts
 * (Chinese fonts that a file names but does not carry), image decoders, colour profiles.
 */
export interface PdfAssets {
  readonly worker: URL;
  readonly cMapUrl: string;
  readonly standardFontDataUrl: string;
  readonly wasmUrl: string;
  readonly iccUrl: string;
  /** URL of a list of all of it, where its server has one. */
  readonly list: string;
}

/** @param folder URL of the folder, from the player's `pdf-assets`; absent: beside the script */
export function pdfAssets(folder: string | undefined): PdfAssets {
  const base = folder ? new URL(folder.endsWith('/') ? folder : `${folder}/`, document.baseURI) : new URL(BESIDE, import.meta.url);
  const at = (path: string): string => new URL(path, base).href;
  return {
    worker: new URL('legacy/build/pdf.worker.min.mjs', base),
    cMapUrl: at('cmaps/'),
    standardFontDataUrl: at('standard_fonts/'),
    wasmUrl: at('wasm/'),
    iccUrl: at('iccs/'),
    list: at('files.json'),
  };
}
