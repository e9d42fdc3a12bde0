import { BlobReader, BlobWriter, configure, TextWriter, ZipReader, type FileEntry } from '@zip.js/zip.js';
import { EPUB } from 'foliate-js/epub.js';
import { FrameError } from '../frame-error.js';
import type { FoliateBook } from './foliate-book.js';

/** Octets of the file, files in it, and octets that one of them may become. */
const MAX_FILE = 300_000_000;
const MAX_ENTRIES = 20_000;
const MAX_ENTRY = 100_000_000;

/** Fonts that are only mixed up (EPUB 3.3 OCF 4.4) are no protection: the book says itself how to put them right. */
const OBFUSCATIONS = ['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'];

/**
 * Fetches and reads an EPUB.
 * @throws FrameError `content-missing`, `book-protected`, `book-damaged`
 */
export async function readEpub(url: string): Promise<FoliateBook> {
  const blob = await fetchBook(url);
  configure({ useWebWorkers: false });
  try {
    const entries = await new ZipReader(new BlobReader(blob)).getEntries();
    if (entries.length > MAX_ENTRIES) throw damaged(url, `has more than ${MAX_ENTRIES} files`);
    const files = new Map(entries.filter((entry): entry is FileEntry => !entry.directory).map((entry) => [entry.filename, entry]));
    const find = (name: string): FileEntry | undefined => {
      const entry = files.get(name);
      if (entry && entry.uncompressedSize > MAX_ENTRY) throw damaged(url, `has a file of ${entry.uncompressedSize} octets`);
      return entry;
    };
    const loadText = (name: string): Promise<string> | null => find(name)?.getData(new TextWriter()) ?? null;
    await refuseProtected(url, files, loadText);
    return await new EPUB({
      loadText,
      loadBlob: (name, type) => find(name)?.getData(new BlobWriter(type)) ?? null,
      getSize: (name) => files.get(name)?.uncompressedSize ?? 0,
    }).init();
  } catch (cause) {
    if (cause instanceof FrameError) throw cause;
    throw damaged(url, `cannot be read as an EPUB: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

const damaged = (url: string, why: string, cause?: unknown): FrameError => new FrameError('book-damaged', `${url} ${why}.`, { file: url, cause });

async function fetchBook(url: string): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new FrameError('content-missing', `${url} could not be fetched.`, { file: url, cause });
  }
  if (!response.ok) throw new FrameError('content-missing', `${url} answered ${response.status}.`, { file: url });
  if (Number(response.headers.get('Content-Length')) > MAX_FILE) throw damaged(url, `is larger than ${MAX_FILE} octets`);
  const blob = await response.blob();
  if (blob.size > MAX_FILE) throw damaged(url, `is larger than ${MAX_FILE} octets`);
  return blob;
}

/** DRM: files are encrypted by a key that only the publisher's own reader gets. */
async function refuseProtected(url: string, files: ReadonlyMap<string, unknown>, loadText: (name: string) => Promise<string> | null): Promise<void> {
  const refuse = (by: string): never => {
    throw new FrameError('book-protected', `${url} is protected by its publisher (${by.slice(0, 200)}).`, { file: 'META-INF/encryption.xml' });
  };
  if (files.has('META-INF/license.lcpl')) refuse('Readium LCP');
  const text = await loadText('META-INF/encryption.xml');
  if (text === null) return;
  const methods = new DOMParser().parseFromString(text, 'application/xml').getElementsByTagNameNS('http://www.w3.org/2001/04/xmlenc#', 'EncryptionMethod');
  for (const method of methods) {
    const algorithm = method.getAttribute('Algorithm') ?? '';
    // The key's own encryption is named inside its KeyInfo; what counts is that there is one.
    if (!OBFUSCATIONS.includes(algorithm)) refuse(algorithm || 'unknown');
  }
}
