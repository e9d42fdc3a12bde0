import { responseFromPort, type FileRequest } from '../remote/file-port.js';
import { PACKAGE_ROOM, PACKAGE_STAGE, parsePackageUrl } from '../remote/package-address.js';
import { findPackage, type Asked } from './find-package.js';

/** What the worker answers with besides the file's own headers: as the content origin's server does. */
export interface ServePackageOptions {
  /** The worker's scope: absolute URL of the folder of packages. */
  readonly scope: string;
  /** Windows of this origin, controlled or not. */
  windows(): Promise<readonly Asked[]>;
  /** The content security policy of the frame's own page, which is the content origin's. */
  policy(): Promise<string | undefined>;
}

/** Foreign content was written for no policy at all; what matters is that this origin has nothing to steal. */
const POLICY = "default-src 'self' https: data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'; object-src 'self'";

/** Nothing runs on the stage. */
const STAGE_POLICY = "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'";

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'cross-origin',
} as const;

/**
 * Answers a request for a file of a package with what the player reads out of it.
 * @returns `undefined` for what is not below the scope, or no file of a package: the network's to answer
 */
export function servePackage(request: Request, options: ServePackageOptions): { readonly response: Promise<Response>; readonly done: Promise<void> } | undefined {
  const named = parsePackageUrl(request.url, options.scope);
  if (!named) return undefined;
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    return { response: Promise.resolve(words(405, 'Files of a package are only read.')), done: Promise.resolve() };
  }
  if (named.path === PACKAGE_STAGE) return { response: Promise.resolve(emptyPage(STAGE_POLICY)), done: Promise.resolve() };
  if (named.path === PACKAGE_ROOM) {
    const room = options.policy().catch(() => undefined).then((policy) => emptyPage(policy ?? POLICY));
    return { response: room, done: Promise.resolve() };
  }
  const range = request.headers.get('range');
  const answered = answer({ path: named.path, method, ...(range ? { range } : {}) }, named.key, request.mode === 'navigate', options);
  return { response: answered.then(({ response }) => response), done: answered.then(({ done }) => done) };
}

async function answer(file: FileRequest, key: string, isPage: boolean, { windows, policy }: ServePackageOptions): Promise<{ response: Response; done: Promise<void> }> {
  // Only a document has a policy; a policy that cannot be had now is the strictest we know.
  const [port, own] = await Promise.all([findPackage(key, await windows()), isPage ? policy().catch(() => undefined) : undefined]);
  if (!port) return { response: words(404, 'The course that this file belongs to is not open.'), done: Promise.resolve() };
  const { response, done } = responseFromPort(port, file, isPage ? { ...HEADERS, 'content-security-policy': own ?? POLICY } : HEADERS);
  return { response: await response, done };
}

const emptyPage = (policy: string): Response => new Response('<!doctype html><title></title><body>', { headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy } });

const words = (status: number, text: string): Response => new Response(text, { status, headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' } });
