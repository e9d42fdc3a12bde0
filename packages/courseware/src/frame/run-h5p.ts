import { folderOf, readDependency } from '../h5p/libraries.js';
import { MAX_H5P_STATE, MAX_STATEMENT } from '../h5p/read-report.js';
import type { H5pNews, H5pProblem } from './h5p-protocol.js';

/** Milliseconds between two looks at what the content wants to have back. */
const LOOK = 5_000;

/** Milliseconds in which the content begins to be seen. */
const PATIENCE = 30_000;

/** Of h5p-standalone and of H5P's core, what is used here. */
interface H5pInstance {
  getCurrentState?(): unknown;
}
interface H5pCore {
  trigger?(instance: H5pInstance, type: 'resize'): void;
  readonly instances?: readonly H5pInstance[];
  readonly externalDispatcher?: { on(type: 'xAPI', listen: (event: { readonly data?: { readonly statement?: unknown } }) => void): void };
}
interface H5pWindow extends Window {
  readonly H5P?: H5pCore;
  readonly H5PStandalone?: { readonly H5P: new (place: HTMLElement, options: Readonly<Record<string, unknown>>) => Promise<unknown> };
}

export interface RunH5pOptions {
  /** Where it runs: a window of the content's own origin. */
  readonly view: Window & typeof globalThis;
  /** Absolute URL of h5p-standalone's folder `dist`. */
  readonly player: string;
  /** Folder with `h5p.json`. */
  readonly url: string;
  readonly title: string;
  readonly language?: string;
  /** What the content wanted to have back. */
  readonly state?: string;
  tell(news: H5pNews): void;
}

export interface RunningH5p {
  /** Tells, now, what the content wants to have back. */
  keep(): void;
  focus(): void;
}

/** Runs H5P content in a window, by h5p-standalone. Tells what became of it; never throws. */
export async function runH5p({ view, player, url, title, language, state, tell }: RunH5pOptions): Promise<RunningH5p> {
  const { document } = view;
  const window = view as unknown as H5pWindow;
  if (language) document.documentElement.lang = language;
  document.title = title;
  const place = document.createElement('div');
  place.className = 'h5p-place';
  place.tabIndex = -1;
  document.body.replaceChildren(place);
  const folder = url.replace(/\/?(?:[?#].*)?$/, '');
  let kept = state;
  const keep = (): void => {
    const now = stateOf(window);
    if (now === undefined || now === kept) return;
    kept = now;
    tell({ type: 'state', state: now });
  };
  const problem = (found: H5pProblem): void => tell({ type: 'problem', problem: found });
  const running: RunningH5p = { keep, focus: () => place.focus() };
  try {
    await loadScript(document, `${player}main.bundle.js`);
  } catch {
    problem({ code: 'h5p-player-missing', file: `${player}main.bundle.js` });
    return running;
  }
  const { H5PStandalone } = window;
  if (!H5PStandalone) {
    problem({ code: 'h5p-player-missing', file: `${player}main.bundle.js`, detail: 'The script is not h5p-standalone.' });
    return running;
  }
  // Before anything is thrown: content makes statements while it starts.
  const opened = new H5PStandalone.H5P(place, {
    id: 'lectern',
    h5pJsonPath: folder,
    frameJs: `${player}frame.bundle.js`,
    frameCss: `${player}styles/h5p.css`,
    frame: false,
    icon: false,
    // This window is the content's own: a frame in it would be reached by no worker.
    embedType: 'div',
    reportingIsEnabled: true,
    xAPIObjectIRI: `${folder}/`,
    saveFreq: LOOK / 1000,
    // As H5P's core has it: by the part's id (0 is the whole), then by what it is.
    contentUserData: [state === undefined ? {} : { state }],
  });
  const timer = new Promise<never>((_resolve, reject) => view.setTimeout(() => reject(new Error('The content did not begin.')), PATIENCE));
  try {
    await Promise.race([opened, timer]);
    if (!coresOf(window).some(({ instances }) => (instances?.length ?? 0) > 0) && !(await appears(window, view))) throw new Error('The content’s libraries did not start.');
  } catch (error) {
    problem(await whatIsWrong(view, folder, error));
    return running;
  }
  window.H5P?.externalDispatcher?.on('xAPI', ({ data }) => {
    const statement = plain(data?.statement);
    if (statement !== undefined) tell({ type: 'statement', statement });
    // An answer is worth a look at once.
    view.setTimeout(keep, 200);
  });
  // In a window of its own H5P leaves this to the page around it.
  view.addEventListener('resize', () => {
    const core = window.H5P;
    for (const instance of core?.instances ?? []) core?.trigger?.(instance, 'resize');
  });
  view.setInterval(keep, LOOK);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && keep());
  view.addEventListener('pagehide', keep);
  tell({ type: 'ready' });
  return running;
}

function loadScript(document: Document, src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error(src)));
    script.src = src;
    document.head.append(script);
  });
}

/** H5P's core of this window, and of the frame that some content types are given. */
function coresOf(window: H5pWindow): readonly H5pCore[] {
  const inside = [...window.document.querySelectorAll('iframe')].map(({ contentWindow }) => {
    try {
      return (contentWindow as H5pWindow | null)?.H5P;
    } catch {
      return undefined; // Another site's.
    }
  });
  return [window.H5P, ...inside].filter((core) => core !== undefined);
}

async function appears(window: H5pWindow, view: Window): Promise<boolean> {
  for (let turn = 0; turn < 100; turn += 1) {
    if (coresOf(window).some(({ instances }) => (instances?.length ?? 0) > 0)) return true;
    await new Promise((resolve) => view.setTimeout(resolve, 100));
  }
  return false;
}

/** What the content wants to have back; nothing where it has nothing, throws, or has too much. */
function stateOf(window: H5pWindow): string | undefined {
  for (const { instances } of coresOf(window)) {
    const [instance] = instances ?? [];
    if (!instance || typeof instance.getCurrentState !== 'function') continue;
    try {
      const state = instance.getCurrentState();
      const text = state === undefined || state === null ? undefined : JSON.stringify(state);
      return text !== undefined && text.length <= MAX_H5P_STATE ? text : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** A copy of what the content made; nothing where it cannot be one, or is beyond all measure. */
function plain(statement: unknown): unknown {
  try {
    const text = JSON.stringify(statement);
    return text !== undefined && text.length <= MAX_STATEMENT ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** Looks for the file that is missing: H5P itself does not say. */
async function whatIsWrong(view: Window, folder: string, error: unknown): Promise<H5pProblem> {
  const detail = String(error).slice(0, 500);
  const seen = new Set<string>();
  const waiting = ['h5p.json', 'content/content.json'];
  for (let path = waiting.shift(); path !== undefined && seen.size < 500; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    let json: unknown;
    try {
      const response = await view.fetch(`${folder}/${path}`);
      if (!response.ok) return { code: 'h5p-file-missing', file: path, detail };
      json = await response.json();
    } catch (cause) {
      return { code: cause instanceof SyntaxError ? 'h5p-file-damaged' : 'h5p-file-missing', file: path, detail };
    }
    const { preloadedDependencies } = (typeof json === 'object' && json !== null ? json : {}) as { readonly preloadedDependencies?: unknown };
    for (const value of Array.isArray(preloadedDependencies) ? (preloadedDependencies as readonly unknown[]) : []) {
      const library = readDependency(value);
      if (library) waiting.push(`${folderOf(library)}/library.json`);
    }
  }
  return { code: 'h5p-failed', detail };
}
