import { html, type TemplateResult } from 'lit';

/** Where Storybook serves a file of `packages/server/demo`. */
export const demoUrl = (path: string): string => new URL(`demo/${path}`, document.baseURI).href;

/** A dark part of a page. Not by a story's `globals`: on a docs page they would darken its neighbours. */
export const dark = (content: TemplateResult): TemplateResult => html`<div style="color-scheme: dark; background: #0f1316; padding: 16px">${content}</div>`;

/*
 * Browsers as some learners have them: without 3D, without network, before a server that is slow or broken. Each function changes
 * the page's own browser and returns what undoes it, for a story's `beforeEach`. Nothing really fails, so the console stays clean
 * and `scripts/story-smoke.mjs` can hold every story to that.
 */
type Undo = () => void;

/** Such a story changes its whole page: where the docs show it beside others, it has a frame to itself. */
export const ownPage = (height = '34rem'): { docs: { story: { inline: false; height: string } } } => ({ docs: { story: { inline: false, height } } });

/** Something that answers requests whose URL contains `part`, in place of the network. */
export function answer(part: string, respond: () => Promise<Response>): Undo {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => ((input instanceof Request ? input.url : String(input)).includes(part) ? respond() : real(input, init));
  return () => {
    globalThis.fetch = real;
  };
}

export const never = (): Promise<Response> => new Promise(() => undefined);

export const status = (code: number) => (): Promise<Response> => Promise.resolve(new Response(null, { status: code }));

/** No network: the browser says so, and a request for `part` fails as one does then. */
export function offline(part: string): Undo {
  const undo = answer(part, () => Promise.reject(new TypeError('Failed to fetch')));
  Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false });
  return () => {
    undo();
    Reflect.deleteProperty(navigator, 'onLine');
  };
}

/** A browser that cannot draw in 3D. */
export function withoutWebGl(): Undo {
  const real = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, 'getContext')!;
  HTMLCanvasElement.prototype.getContext = () => null;
  return () => {
    Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', real);
  };
}
