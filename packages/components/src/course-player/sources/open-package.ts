import { readPackage, type PackageSource } from '@lectern/courseware';
import { download, PackageContent, packageBase, packageKey, serveOnPort, type Probe, type RangeSource } from '@lectern/courseware/remote';
import type { LoadedCourse } from '../load-course.js';
import type { SourceContext } from './course-files.js';
import { downloadView } from './download-view.js';
import { PackageUnits } from './package-units.js';

/** Bytes of a package that is downloaded whole. One that is read in parts may have any length. */
const DOWNLOAD_LIMIT = 1024 * 1024 * 1024;

/**
 * Opens a package where it is: by Range requests; where the server has none, after downloading it.
 * @throws PackageError, RemoteError
 */
export async function openPackage(found: Probe, context: SourceContext): Promise<LoadedCourse> {
  const { url } = found;
  const source: Blob | RangeSource = found.ranges ?? (await downloaded(found, context));
  const rest = (): void => {
    if (!(source instanceof Blob)) source.rest();
  };
  context.signal.addEventListener('abort', rest);
  const pack = await readPackage(source satisfies PackageSource, { id: url.replace(/[?#].*$/, '') });
  const content = new PackageContent(pack, source);
  const { frame } = context;
  // Without `crypto.subtle` (no https) there is no worker either; the frame says so in words when a unit needs it.
  const key = frame === undefined ? '' : globalThis.isSecureContext ? await packageKey(location.origin, url) : '0'.repeat(32);
  const base = frame === undefined ? url : packageBase(frame, key);
  const feed = frame === undefined ? undefined : { url, base, serve: (port: MessagePort) => serveOnPort(port, (request, signal) => content.respond(request, signal)) };
  return {
    course: { ...pack.course, ...(frame === undefined ? {} : { frame }) },
    base,
    files: { feed, prepare: (unit, options) => new PackageUnits(content, feed !== undefined).prepare(unit, options), rest },
  };
}

async function downloaded(found: Probe, { signal, onDownload }: SourceContext): Promise<Blob> {
  try {
    return await download(found.stream(), {
      url: found.url,
      total: found.size,
      limit: DOWNLOAD_LIMIT,
      signal,
      progress: (progress) => onDownload?.(downloadView(progress), progress),
    });
  } finally {
    onDownload?.(undefined, undefined);
  }
}
