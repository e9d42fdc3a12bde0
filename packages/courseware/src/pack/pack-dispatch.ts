import type { Course, Iri, Text } from '@lectern/core';
import { PackageError } from '../package/package-error.js';
import { linkPath, linkXml } from './cartridge-manifest.js';
import { fingerprint } from './identifiers.js';
import type { ManifestParts } from './manifest-parts.js';
import { writerOf } from './manifest-writer.js';
import type { PackFile, PackOptions, PackTarget } from './pack-options.js';
import type { Launch } from './plan.js';
import { escapeXml, writeXml } from './xml.js';
import { writeZip, type ZipInput, type ZipSink } from './zip-writer.js';

/** What a course can be dispatched as. A Common Cartridge (`cc`) holds no stub but a link, and tells its LMS nothing. */
export const DISPATCH_TARGETS = ['scorm12', 'scorm2004-3', 'scorm2004-4', 'cmi5', 'xapi', 'cc'] as const satisfies readonly PackTarget[];

export type DispatchTarget = (typeof DISPATCH_TARGETS)[number];

/** A licence for a course that stays with its owner. */
export interface DispatchedCourse {
  /** Of the course. */
  readonly id: Iri;
  readonly title: Text;
  readonly description?: Text;
  readonly language?: string;
  /** Where the owner shows it: an absolute URL, which is as good as a key to the licence. */
  readonly url: string;
  /** Of the learners' pseudonyms. */
  readonly salt: string;
  /** `account`: the owner is told what the LMS calls its learner. `browser`: nobody says who learns, and each browser is one; for a cartridge, and for nothing else. */
  readonly identity: 'pseudonym' | 'account' | 'browser';
}

export interface PackDispatchOptions extends Pick<PackOptions, 'masteryScore' | 'schemas' | 'crc32' | 'signal'> {
  readonly as: DispatchTarget;
}

const FOLDER = 'lectern';

const STYLE = `:root { color-scheme: light dark; }
html, body, main { margin: 0; height: 100%; }
main { display: flex; flex-direction: column; }
iframe { flex: 1; inline-size: 100%; border: 0; }
.alarm { margin: 1rem; padding: .75rem 1rem; border: 1px solid; border-radius: .5rem; font-family: system-ui, 'Noto Sans SC', sans-serif; }
`;

/**
 * Writes a thin package: a manifest and a stub that shows the owner's player, and tells the LMS what came of it. The content stays where it is.
 * @param stub the built stub's files: `stub.js` with what it loads; none for a cartridge
 * @returns the package's length in bytes
 * @throws PackageError `target-unknown`, `unsafe-url`, `value-invalid` with the `field`
 */
export async function packDispatch(dispatched: DispatchedCourse, stub: readonly PackFile[], sink: ZipSink, options: PackDispatchOptions): Promise<number> {
  const { as, masteryScore, schemas = [] } = options;
  if (!DISPATCH_TARGETS.includes(as)) throw new PackageError('target-unknown', `"${String(as)}" is none of ${DISPATCH_TARGETS.join(', ')}.`, { field: 'as' });
  const { url, salt, identity, ...head } = dispatched;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new PackageError('unsafe-url', 'The owner’s page has no absolute http(s) URL.', { field: 'url' });
  if ((as === 'cc') !== (identity === 'browser')) throw new PackageError('value-invalid', 'A cartridge does not say who learns: its licence is one by browsers, and no other package’s is.', { field: 'identity' });
  if (as === 'cc' && masteryScore !== undefined) throw new PackageError('value-invalid', 'A cartridge’s LMS is told nothing, so there is nothing for a mastery score to decide.', { field: 'masteryScore' });
  const course: Course = { ...head, format: 'course', children: [] };
  const title = typeof head.title === 'string' ? head.title : (head.title[head.language ?? ''] ?? Object.values(head.title)[0] ?? '');
  const link = as === 'cc';
  const page = `${FOLDER}/index.html`;
  const launch: Launch = link
    ? { type: 'launch', identifier: 'course', unit: { type: 'unit', kind: 'link', id: 'course', title, href: url, moveOn: 'NotApplicable' }, title, native: true, href: url, files: [] }
    : { type: 'launch', identifier: 'course', title, native: false, page, href: page, files: [], ...(masteryScore === undefined ? {} : { masteryScore }) };
  const files: ZipInput[] = link ? [] : [...stub.map((file): ZipInput => ({ path: `${FOLDER}/${file.path}`, size: file.size, chunks: () => file.chunks() })), text(`${FOLDER}/page.css`, STYLE)];
  const parts: ManifestParts = {
    as,
    course,
    plan: { split: 'single', nodes: [launch], launches: [launch], folder: FOLDER, shared: [] },
    identifier: `dispatch-${fingerprint(url)}`,
    playerPaths: files.map(({ path }) => path),
    contentPaths: new Set(),
    schemas: schemas.map(({ path }) => path),
  };
  const [manifest, write] = writerOf(as);
  const written = writeXml(write(parts));
  // A Tin Can manifest has no place for a mastery score.
  const data = { as, url, salt, identity, course: head.id, title, ...(as === 'xapi' && masteryScore !== undefined ? { mastery: String(masteryScore) } : {}) };
  const inputs = [
    { path: manifest, size: written.length, chunks: () => [written] },
    link
      ? text(linkPath(launch, FOLDER)!, new TextDecoder().decode(writeXml(linkXml(launch))))
      : text(page, stubPage(data, head.language ?? 'en', new URL(url).origin)),
    ...files,
    ...schemas.map((file): ZipInput => ({ path: file.path, size: file.size, chunks: () => file.chunks() })),
  ];
  const { crc32, signal } = options;
  return writeZip(inputs, sink, { ...(crc32 ? { crc32 } : {}), ...(signal ? { signal } : {}) });
}

function text(path: string, content: string): ZipInput {
  const bytes = new TextEncoder().encode(content);
  return { path, size: bytes.length, chunks: () => [bytes] };
}

/** The owner's page is all that it may frame. Where the LRS is, the launch says, and nobody before. */
function stubPage(data: Readonly<Record<string, string>>, language: string, owner: string): string {
  const attributes = Object.entries(data).map(([name, value]) => ` data-${name}="${escapeXml(value)}"`).join('');
  const policy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; frame-src ${owner}; connect-src ${data['as'] === 'cmi5' || data['as'] === 'xapi' ? "'self' https: http:" : "'self'"}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="${escapeXml(language)}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="${escapeXml(policy)}">
    <meta name="referrer" content="origin">
    <title>${escapeXml(data['title'] ?? '')}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="page.css">
    <script type="module" src="stub.js"></script>
  </head>
  <body>
    <main id="lectern"${attributes}></main>
    <noscript><p class="alarm">This course needs JavaScript. 本课程需要启用 JavaScript。</p></noscript>
  </body>
</html>
`;
}
