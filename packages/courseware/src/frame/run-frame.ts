import { CallOptions, connect, PortMessenger } from 'penpal';
import { Attempt } from './attempt.js';
import type { RunningBook } from './book/run-book.js';
import type { RunningH5p } from './run-h5p.js';
import type { RunningKeeper } from './run-keeper.js';
import type { RunningMedia } from './run-media.js';
import { H5P_PLAYER } from './h5p-protocol.js';
import { MARK, type PageStorageAssignment } from './page-state.js';
import type { PageStorage } from './page-storage.js';
import { embedderOf, meetPlayer } from './handshake.js';
import { joinLaunches, Journal } from './journal.js';
import type { Assignment, FrameMethods, PackageAssignment, PlayerMethods } from './protocol.js';
import { fileOfPackage, hostPackage } from './package-host.js';
import { PACKAGE_ROOM } from '../remote/package-address.js';
import { openStage } from './stage.js';
import { watchContent } from './watch-content.js';
import { watchPage } from './watch-page.js';
import { createScormModel, type ScormModel, type ScormModelHooks } from './scorm-model.js';

/** As a gateway says it of a server that does not answer (RFC 9110 15.6.5). */
const UNANSWERED = 504;

/** Milliseconds the content is given to leave in its own way. */
const FAREWELL = 500;

/** Milliseconds for the answer whether a page is there. */
const STATUS_WAIT = 4_000;

type Player = { [Name in keyof PlayerMethods]-?: (...args: Parameters<NonNullable<PlayerMethods[Name]>>) => Promise<Awaited<ReturnType<NonNullable<PlayerMethods[Name]>>>> };

/**
 * Runs the courseware frame in a window of the content's own origin: meets the player above, takes what the journal of an earlier page still
 * holds, prepares the SCORM API with the learner's data, and only then opens the content.
 */
export async function runFrame(view: Window & typeof globalThis): Promise<void> {
  const embedder = embedderOf(view);
  if (!embedder) return refuse(view);
  const port = await meetPlayer(view, embedder);
  const running: { attempt?: Attempt; model?: ScormModel; content?: HTMLIFrameElement; book?: RunningBook; media?: RunningMedia; h5p?: RunningH5p; keeper?: RunningKeeper; storage?: PageStorage } = {};
  const methods: FrameMethods = {
    async stop() {
      running.h5p?.keep();
      if (running.content) await leave(running.content);
      await running.attempt?.flush();
      await running.storage?.close();
    },
    flush: async () => running.attempt?.flush(),
    allow: (validity) => running.model?.allow?.(validity),
    focus: () => (running.content ?? running.book ?? running.media ?? running.h5p)?.focus(),
    book: async (command) => running.book?.command(command),
    media: async (command) => running.media?.command(command),
    keeper: async (command) => running.keeper?.command(command) ?? { ok: false, error: { code: 'keep-unsupported', message: 'The frame keeps nothing now.' } },
  };
  const connection = connect<PlayerMethods>({ messenger: new PortMessenger({ port }), methods });
  const player = (await connection.promise) as unknown as Player;
  const assignment = await player.assign();
  if (assignment.kind === 'keeper') {
    const { runKeeper } = await import('./run-keeper.js');
    running.keeper = runKeeper(view, embedder.origin, (news) => void player.keeper(news).catch(() => undefined));
    player.loaded().catch(() => undefined);
    return;
  }
  if (assignment.kind === 'book') {
    if (assignment.language) view.document.documentElement.lang = assignment.language;
    view.document.title = assignment.title;
    const { runBook } = await import('./book/run-book.js');
    const url = (assignment.package && (await fileOfPackage(assignment.url, assignment.package, (port) => send(player, port)))) ?? assignment.url;
    running.book = await runBook({ ...assignment, url, place: assignment.place, view, tell: (news) => void player.book(news).catch(() => undefined) });
    return;
  }
  if (assignment.kind === 'html') running.storage = await storageFor(view, player, assignment.storage, embedder.origin);
  else if (isLent(view)) await import('./page-storage.js').then(({ settlePageStorage }) => settlePageStorage(view)).catch(() => undefined);
  if (assignment.package && !(await receivePackage(view, player, assignment.package, embedder.origin))) return;
  if (assignment.kind === 'media') {
    if (assignment.language) view.document.documentElement.lang = assignment.language;
    if (!assignment.package) return;
    const { runMedia } = await import('./run-media.js');
    running.media = await runMedia({ ...assignment, view, base: assignment.package.base, tell: (news) => void player.media(news).catch(() => undefined) });
    return;
  }
  if (assignment.kind === 'h5p') {
    const { runH5p } = await import('./run-h5p.js');
    const room = assignment.package && (await openStage(view, new URL(PACKAGE_ROOM, assignment.package.base).href, assignment.title)).contentWindow;
    running.h5p = await runH5p({ ...assignment, view: (room ?? view) as typeof view, player: new URL(H5P_PLAYER, view.location.href.replace(/#.*$/, '')).href, tell: (news) => void player.h5p(news).catch(() => undefined) });
    return;
  }
  endClimbing(view);
  if (assignment.kind === 'scorm') Object.assign(running, await prepare(view, player, assignment, embedder.origin));
  running.content = openContent(view, assignment, (status) => void player.loaded(status).catch(() => undefined), (content) => {
    running.storage?.furnish(content);
    if (assignment.kind === 'html' && assignment.watch) watchPage(view, content, assignment.watch, (news) => void player.page(news).catch(() => undefined));
  });
  if (assignment.kind !== 'scorm') return;
  watchContent(running.content, {
    left() {
      // What was set and not committed: the page that set it is gone.
      running.attempt?.commitNow();
      void player.notice({ code: 'content-left' }).catch(() => undefined);
    },
    back: () => void player.notice({ code: 'content-back' }).catch(() => undefined),
  });
}

/** The port goes with the call: what has been said on it already is read at its other end. */
function send(player: Player, port: MessagePort): void {
  const serve = player.serve as (port: MessagePort, options: CallOptions) => Promise<void>;
  void serve(port, new CallOptions({ transferables: [port] })).catch(() => undefined);
}

/** @returns whether the package's files can be had from here on */
async function receivePackage(view: Window, player: Player, { url, base }: PackageAssignment, embedder: string): Promise<boolean> {
  try {
    await hostPackage(view, { embedder, url, base, serve: (port) => send(player, port) });
    return true;
  } catch (error) {
    await player.notice({ code: 'package-unavailable', detail: String(error) }).catch(() => undefined);
    return false;
  }
}

/** A tab that was killed with a page in it has left its items. */
function isLent(view: Window): boolean {
  try {
    return view.localStorage.getItem(MARK) !== null;
  } catch {
    return false;
  }
}

async function storageFor(view: Window & typeof globalThis, player: Player, assignment: PageStorageAssignment | undefined, embedder: string): Promise<PageStorage | undefined> {
  // On the embedder's own origin the storage is the site's: what it changes there meanwhile would be taken back.
  if (!assignment || embedder === view.location.origin) return undefined;
  const code = await import('./page-storage.js').catch(() => undefined);
  // The embedder's origin is part of the name: another page cannot ask for what this one's learner stored.
  return code?.openPageStorage({ view, assignment: { ...assignment, ...(assignment.owner === undefined ? {} : { owner: `${embedder}:${assignment.owner}` }) }, tell: (state) => player.pageState(state) });
}

async function prepare(view: Window & typeof globalThis, player: Player, assignment: Assignment & { kind: 'scorm' }, origin: string): Promise<{ readonly attempt: Attempt; readonly model: ScormModel }> {
  const { launch, version } = assignment;
  // The embedder's origin is part of the name: another page cannot ask for this one's attempts.
  const attempt = `${origin}:${assignment.attempt}`;
  const journal = new Journal({ storage: () => view.localStorage, attempt, launch });
  const left = journal.leftovers(() => false).length > 0;
  const alive = await joinLaunches(view, attempt, launch, left).catch(() => new Set<string>());
  for (const commit of journal.leftovers((other) => alive.has(other))) {
    const ack = await player.recover(commit);
    if (ack.ok) journal.discard(commit.launch);
  }
  const hydration = await player.hydrate();
  const notice = (news: Parameters<Player['notice']>[0]): void => void player.notice(news).catch(() => undefined);
  const running = new Attempt({ launch, journal, hydration, record: (commit) => player.record(commit), notice, now: () => Date.now() });
  let warned = 0;
  const hooks: ScormModelHooks = {
    initialized: () => running.initialized(),
    changed: () => running.changed(),
    commit: (cmi, terminating) => running.commit(cmi, terminating),
    terminated: () => undefined,
    navigate: (request) => void player.navigate(request).catch(() => undefined),
    longSuspendData(length) {
      // Once a doubling: a SCO may set it every second.
      if (length < warned * 2) return;
      warned = length;
      notice({ code: 'suspend-data-long', detail: String(length) });
    },
  };
  const model = await createScormModel(version, hydration.cmi, hooks, hydration.adl);
  running.attach(model);
  Object.defineProperty(view, model.global, { value: model.api, configurable: true, enumerable: true });
  view.document.addEventListener('visibilitychange', () => {
    if (view.document.visibilityState === 'hidden') running.commitNow();
  });
  view.addEventListener('pagehide', () => running.commitNow());
  return { attempt: running, model };
}

/**
 * Content climbs from window to window for an API, by code that seldom expects a window of another origin, where already the look throws; and on the page's
 * own origin it would find the API of the LMS around. To content, this window is the topmost (as its own parent it ends every such search).
 */
function endClimbing(view: Window): void {
  Object.defineProperty(view, 'parent', { value: view, configurable: true, enumerable: true });
}

/** The content's own frame. Its API is in this window, where a SCO looks first: in its parent, or its opener's parent. */
function openContent(view: Window & typeof globalThis, { url, title, language }: Exclude<Assignment, { kind: 'media' | 'keeper' | 'h5p' }>, loaded: (status?: number) => void, watch: (content: HTMLIFrameElement) => void): HTMLIFrameElement {
  const { document } = view;
  if (language) document.documentElement.lang = language;
  document.title = title;
  const content = document.createElement('iframe');
  content.title = title;
  content.allow = 'autoplay; fullscreen; encrypted-media; picture-in-picture';
  Object.assign(content.style, { position: 'fixed', inset: '0', width: '100%', height: '100%', border: '0' });
  content.addEventListener('load', () => void statusOf(view, url, content).then(loaded), { once: true });
  content.src = url;
  document.body.replaceChildren(content);
  watch(content);
  return content;
}

/**
 * An iframe loads an error page as gladly as any; for the frame's own origin the resource timing knows better. Where it says nothing (Safari never does), the page is
 * asked for once more, from the cache where that may have it.
 */
async function statusOf(view: Window & typeof globalThis, url: string, content: HTMLIFrameElement): Promise<number | undefined> {
  const timing = view.performance.getEntriesByName(url).at(-1) as { readonly responseStatus?: number } | undefined;
  if (timing?.responseStatus) return timing.responseStatus;
  const shown = content.contentDocument !== null;
  const told = 'responseStatus' in view.PerformanceResourceTiming.prototype;
  if ((shown && told) || new URL(url, view.location.href).origin !== view.location.origin) return undefined;
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), STATUS_WAIT);
  // Where nothing is shown, a copy that the browser still has proves nothing.
  const status = await view.fetch(url, { cache: shown ? 'force-cache' : 'no-store', signal: ending.signal }).then((answer) => answer.status, () => (ending.signal.aborted ? undefined : UNANSWERED));
  clearTimeout(timer);
  ending.abort();
  // A page of this origin that cannot be looked into is the browser's own, which says that nobody answered; or the content has led elsewhere.
  if (!shown) return status === UNANSWERED ? UNANSWERED : undefined;
  return status === UNANSWERED ? undefined : status;
}

/** Lets the content go in its own way: its `beforeunload`, `pagehide` and `unload` still find the API. */
function leave(content: HTMLIFrameElement): Promise<void> {
  askNobody(content.contentWindow);
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, FAREWELL);
    content.addEventListener('load', done, { once: true });
    content.src = 'about:blank';
  });
}

/** Content that asks whether to go would hold up the learner who has chosen to: in the frames inside too, what listens for `beforeunload` runs, and asks nobody. */
function askNobody(window: Window | null): void {
  try {
    const { BeforeUnloadEvent, onbeforeunload, length } = window as Window & typeof globalThis;
    Object.defineProperties(BeforeUnloadEvent.prototype, {
      returnValue: { get: () => '', set: () => undefined, configurable: true },
      preventDefault: { value: () => undefined, configurable: true },
    });
    if (onbeforeunload) window!.onbeforeunload = (event) => void onbeforeunload.call(window!, event);
    for (let index = 0; index < length; index += 1) askNobody(window![index]!);
  } catch {
    // At another origin: it goes as it likes.
  }
}

function refuse({ document }: Window): void {
  const words = document.createElement('p');
  words.setAttribute('role', 'alert');
  words.textContent = 'This page runs courseware inside a course; it cannot be opened by itself. 本页面只能在课程中打开。';
  document.body.replaceChildren(words);
}
