import { probe, recognise, type Probe, type Recognised } from '@lectern/courseware/remote';
import { isH5p, parseCourse, parseH5p, parseManifest } from '../course-formats.js';
import { withBase, type LoadedCourse } from '../load-course.js';
import { PlayerError } from '../player-error.js';
import { bareCourse } from './bare-file.js';
import type { SourceContext } from './course-files.js';
import { openPackage } from './open-package.js';
import { asSourceError, unknownFormat } from './source-problems.js';

/** Bytes of a description, as `loadCourse` has it. */
const MAX_LENGTH = 5_000_000;

/** Milliseconds until a server has to answer at all. */
const PATIENCE = 30_000;

/**
 * Opens whatever an address leads to: a description, a package, or one bare file, known by its first bytes.
 * @throws LecternError
 */
export async function openSource(url: string, context: SourceContext): Promise<LoadedCourse> {
  try {
    const found = await ask(url, context.signal);
    try {
      return await openFound(found, context);
    } catch (error) {
      found.close();
      throw error;
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    throw asSourceError(error);
  }
}

async function openFound(found: Probe, context: SourceContext): Promise<LoadedCourse> {
  const { url, head, type } = found;
  const what = recognise(head, declared(context, type));
  switch (what.kind) {
    case 'zip':
      return openPackage(found, context);
    case 'json':
    case 'xml':
      return openText(await textOf(found), url, context);
    case 'html':
      return openPage(found, what, context);
    default:
      return openBare(found, what);
  }
}

/** Whether what came as text is text, and a description's: what is packed or media begins with other bytes. */
export const isText = (text: string): boolean => ['json', 'xml', 'text'].includes(recognise(new TextEncoder().encode(text.slice(0, 2048))).kind);

/** The text of a description. */
export async function openText(text: string, url: string, { signal }: SourceContext): Promise<LoadedCourse> {
  if (/^[\s\uFEFF]*</.test(text)) return withBase(await parseManifest(text, url, signal), url);
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new PlayerError('course-invalid', `Neither JSON nor an XML manifest: ${cause instanceof Error ? cause.message : ''}`, { file: url, cause });
  }
  return withBase(isH5p(json) ? await parseH5p(text, url, signal) : parseCourse(json, { url }), url);
}

/** A web page is a course only where the page around the player says so: else it is the sign-in page of a network, or of the site. */
function openPage(found: Probe, what: Recognised, { type }: SourceContext): LoadedCourse {
  if (type === 'text/html') return openBare(found, what);
  throw signInPage(found.url);
}

export const signInPage = (url: string): PlayerError =>
  new PlayerError('course-invalid', 'A web page came back where a course should be: the sign-in page of the network, or of the site. If it is the course, declare it with type="text/html".', { file: url });

function openBare(found: Probe, what: Recognised): LoadedCourse {
  const { url, type, size } = found;
  const course = bareCourse(url, what);
  if (!course) throw unknownFormat(url, `${'type' in what ? what.type : what.kind}${type ? `, as ${type}` : ''}${size === 0 ? ', empty' : ''}`);
  // Whoever plays it fetches it itself.
  found.close();
  return withBase(course, url);
}

/** The page's word counts where the server says nothing better. */
const declared = ({ type }: SourceContext, told: string | undefined): string | undefined => (told === undefined || /^(application\/octet-stream|text\/plain)$/.test(told) ? (type ?? told) : told);

async function textOf(found: Probe): Promise<string> {
  const tooLarge = (): PlayerError => new PlayerError('course-too-large', `${found.url} is longer than ${MAX_LENGTH / 1e6} MB.`, { file: found.url });
  if ((found.size ?? 0) > MAX_LENGTH) throw tooLarge();
  const reader = found.stream().pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array<ArrayBuffer>, string>).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    if (text.length > MAX_LENGTH) throw tooLarge();
  }
  return text;
}

async function ask(url: string, signal: AbortSignal): Promise<Probe> {
  const stop = new AbortController();
  const end = (): void => stop.abort(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  const silence = new PlayerError('course-unreachable', `${url} did not answer within ${PATIENCE / 1000} s.`, { file: url });
  const timer = setTimeout(() => stop.abort(silence), PATIENCE);
  try {
    // Ends with the player, also while the rest is on its way.
    return await probe(url, { signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}
