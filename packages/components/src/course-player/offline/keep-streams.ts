import { isHls, listUnits, type Course, type LecternError } from '@lectern/core';
import { KeepError, planStream, type KeepErrorCode, type ListedFile, type StreamPlan } from '@lectern/courseware/offline';
import { isMediaUnit } from './is-media-unit.js';
import { playable, type CoursePlan, type Keepable } from './keep-plan.js';

/** A plan with what its streams (HLS) are made of. */
export interface PlanWithStreams extends CoursePlan {
  readonly streams: ReadonlyMap<string, Pick<StreamPlan, 'url' | 'playlists'>>;
  /** Bytes in all: `estimated` where they are reckoned from what a stream's publisher says of it. Absent where nobody says. */
  readonly total: { readonly bytes: number; readonly estimated: boolean } | undefined;
  /** What is wrong with units that are not kept. */
  readonly errors: Readonly<Record<string, LecternError>>;
}

/** What keeps one stream from being kept, and nothing else of the course. */
const REASONS: Partial<Record<KeepErrorCode, Exclude<Keepable, 'yes'>>> = { 'keep-stream-live': 'live', 'keep-stream-protected': 'protected', 'keep-stream-invalid': 'stream', 'keep-refused': 'stream' };

/**
 * Looks into the streams of a course. One that cannot be kept is left out, and the rest is kept.
 * @throws KeepError `keep-unreachable`; what is wrong with the only unit that could have been kept; the signal's reason
 */
export async function planStreams(course: Course, base: string, plan: CoursePlan, signal: AbortSignal): Promise<PlanWithStreams> {
  const units = new Map(plan.units);
  const streams = new Map<string, StreamPlan>();
  const errors: Record<string, LecternError> = {};
  for (const unit of listUnits(course)) {
    if (units.get(unit.id) !== 'yes' || !isMediaUnit(unit)) continue;
    const source = playable(unit.sources);
    if (!isHls(source)) continue;
    try {
      streams.set(unit.id, await planStream(new URL(source.src, base).href.replace(/#.*$/, ''), { signal, plays, wantsPicture: unit.kind === 'video' }));
    } catch (error) {
      const why = error instanceof KeepError ? REASONS[error.code] : undefined;
      if (!why) throw error;
      units.set(unit.id, why);
      errors[unit.id] = error as KeepError;
    }
  }
  if (![...units.values()].includes('yes')) throw Object.values(errors)[0] ?? new KeepError('keep-unlisted', 'No unit of the course can be kept.');
  // What a stream that is left out would have begun with is of no use.
  const page = new Map(plan.page.filter(({ url }) => !isOf(url, course, base, units)).map((file) => [file.url, file]));
  const streamed = new Set<string>();
  for (const { files } of streams.values()) for (const { url } of files) streamed.add(url);
  for (const url of streamed) page.set(url, plan.known(url));
  const frame = plan.frame.filter(({ url }) => !streamed.has(url) && !liesInStream(url, streams));
  return {
    ...plan,
    units,
    page: [...page.values()],
    frame,
    streams: new Map([...streams].map(([id, { url, playlists }]) => [id, { url, playlists }])),
    total: totalOf([...page.values(), ...frame], [...streams.values()]),
    errors,
  };
}

function totalOf(files: readonly ListedFile[], streams: readonly StreamPlan[]): PlanWithStreams['total'] {
  const unsized = new Set(files.filter(({ size }) => size === undefined).map(({ url }) => url));
  const reckoned = streams.filter((stream) => stream.files.some(({ url }) => unsized.has(url)));
  for (const stream of reckoned) for (const { url } of stream.files) unsized.delete(url);
  if (unsized.size > 0 || reckoned.some(({ estimate }) => estimate === 0)) return undefined;
  return { bytes: [...files.map(({ size = 0 }) => size), ...reckoned.map(({ estimate }) => estimate)].reduce((sum, each) => sum + each, 0), estimated: reckoned.length > 0 };
}

const isOf = (url: string, course: Course, base: string, units: ReadonlyMap<string, Keepable>): boolean =>
  listUnits(course).some((unit) => isMediaUnit(unit) && units.get(unit.id) !== 'yes' && new URL(playable(unit.sources).src, base).href === url);

/** Other variants of a kept stream, which the course lists with all its files. */
const liesInStream = (url: string, streams: ReadonlyMap<string, StreamPlan>): boolean =>
  /\.(?:m3u8|ts|m4s|cmfv|cmfa|aac)$/i.test(url) && [...streams.values()].some((stream) => url.startsWith(new URL('./', stream.url).href));

/** Whether this browser decodes what a stream's list of codecs names, as hls.js will have it. */
function plays(codecs: string): boolean {
  const Source = (globalThis as { readonly ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ?? (globalThis as { readonly MediaSource?: typeof MediaSource }).MediaSource;
  // Subtitles are read by hls.js itself.
  const decoded = codecs.split(',').map((codec) => codec.trim()).filter((codec) => !/^(?:stpp|wvtt)\b/.test(codec));
  return Source?.isTypeSupported(`video/mp4;codecs="${decoded.join(',').replace(/["\\]/g, '')}"`) ?? false;
}
