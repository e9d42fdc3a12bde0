import type { PDFDocumentProxy } from 'pdfjs-dist';
import type * as PdfJs from 'pdfjs-dist/legacy/build/pdf.mjs';
import { PlayerError } from '../../player-error.js';
import { pdfAssets } from './pdf-assets.js';
import type { PdfWorker } from './pdf-worker.js';
import { RANGE } from './pdf-file.js';

/** A PDF that is open. */
export interface OpenPdf {
  readonly pdf: typeof PdfJs;
  readonly document: PDFDocumentProxy;
  /** Lets go of the file, its worker and its fonts. */
  close(): Promise<void>;
}

/** pdf.js, its worker and the file, which are on their way. */
export interface PdfEngine extends PdfWorker {
  readonly pdf: typeof PdfJs;
  /** The whole file; `undefined` when pdf.js is to ask for parts of it. */
  readonly file: Promise<ArrayBuffer | undefined>;
}

export interface OpenPdfOptions extends PdfEngine {
  readonly url: string;
  /** Folder with pdf.js's own files; absent: beside the script. */
  readonly assets: string | undefined;
  /** The file is locked. Resolves to a password to try, or to `undefined` to give up. `wrong`: the last one did not fit. */
  askPassword(wrong: boolean): Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Opens a PDF with pdf.js. No script in the file runs (there is no sandbox for them), XFA forms show
 * their static face, and fields cannot be filled in.
 * @throws PlayerError `document-unreachable`, `document-damaged`
 */
export async function openPdf({ pdf, worker: port, broken, file, url, assets, askPassword, signal }: OpenPdfOptions): Promise<OpenPdf> {
  const { worker: _worker, list: _list, ...folders } = pdfAssets(assets);
  try {
    const closed = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('The unit was closed.', 'AbortError')), { once: true });
    });
    const failed = Promise.race([broken, closed]);
    failed.catch(() => undefined);
    const worker = new pdf.PDFWorker({ port, verbosity: pdf.VerbosityLevel.ERRORS } as unknown as ConstructorParameters<typeof pdf.PDFWorker>[0]);
    const data = await Promise.race([file, failed]);
    const task = pdf.getDocument({
      ...(data ? { data } : { url }),
      worker,
      ...folders,
      cMapPacked: true,
      // The page fetches, so that the worker needs no policy of its own.
      useWorkerFetch: false,
      enableXfa: false,
      disableAutoFetch: true,
      disableStream: true,
      rangeChunkSize: RANGE,
      verbosity: pdf.VerbosityLevel.ERRORS,
    });
    const close = async (): Promise<void> => {
      await task.destroy().catch(() => undefined);
      worker.destroy();
      port.terminate();
    };
    task.onPassword = (update: (password: string | Error) => void, reason: number) => {
      void askPassword(reason === pdf.PasswordResponses.INCORRECT_PASSWORD).then((password) => update(password ?? new Error('No password was given.')));
    };
    try {
      return { pdf, document: await Promise.race([task.promise, failed]), close };
    } catch (cause) {
      void close();
      throw await explain(cause, url, signal);
    }
  } catch (error) {
    port.terminate();
    throw error;
  }
}

async function explain(cause: unknown, url: string, signal: AbortSignal): Promise<unknown> {
  if (signal.aborted || cause instanceof PlayerError) return cause;
  const { name, status, message } = cause as { readonly name?: string; readonly status?: number; readonly message?: string };
  if (name === 'InvalidPDFException' || name === 'FormatError' || name === 'PasswordException') {
    const why = name === 'PasswordException' ? 'is locked' : (await isWebPage(url, signal)) ? 'is a web page, not a PDF' : 'is damaged, or no PDF';
    return new PlayerError('document-damaged', `${url} ${why}: ${message ?? ''}`, { file: url, cause });
  }
  if (name === 'ResponseException' || name === 'MissingPDFException') {
    return new PlayerError('document-unreachable', status ? `${url} answered ${status}.` : `${url} could not be fetched.`, { file: url, cause });
  }
  if (name === 'UnknownErrorException' || cause instanceof TypeError) return new PlayerError('document-unreachable', `${url} could not be fetched: ${message ?? ''}`, { file: url, cause });
  return new PlayerError('document-damaged', `${url} could not be opened: ${message ?? String(cause)}`, { file: url, cause });
}

/** Servers answer with a page of words where a file should be. */
async function isWebPage(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal, headers: { Range: 'bytes=0-1023' } });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    void reader?.cancel();
    return /^\s*(<!doctype html|<html)/i.test(new TextDecoder().decode(first?.value?.slice(0, 1024)));
  } catch {
    return false;
  }
}
