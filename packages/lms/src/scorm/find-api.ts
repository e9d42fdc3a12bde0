/** The name under which an LMS offers its API (SCORM 1.2 RTE 3.3.6.1; SCORM 2004 RTE 3.2.2). */
export type ScormApiName = 'API' | 'API_1484_11';

/** An API as it was found: anything may be wrong with it, so all calls go through `callScorm`. */
export type ForeignApi = Readonly<Record<string, unknown>>;

export interface FoundApi {
  readonly api: ForeignApi;
  /** Where, for people: `parent 2`, `opener, parent 1`. */
  readonly where: string;
}

/**
 * Windows looked into, one after the other. Real LMSs nest three or four frames; the specification's own sample gives up after 500 (RTE 3.3.6.1), and a loop
 * of windows ends here as well.
 */
export const MAX_HOPS = 500;

/**
 * Looks for the LMS's API in this window, in its parents up to the top, then in the opener and its parents, as content has to (SCORM 1.2 RTE 3.3.6.1,
 * SCORM 2004 RTE 3.2.2). A window of another origin is passed over: what is above it may be ours again. Never throws.
 */
export function findScormApi(view: Window, name: ScormApiName): FoundApi | undefined {
  const seen = new Set<Window>();
  const climb = (from: Window | undefined, prefix: string): FoundApi | undefined => {
    let current = from;
    for (let hop = 0; current && hop < MAX_HOPS && !seen.has(current); hop++) {
      seen.add(current);
      const api = apiOf(current, name);
      if (api) return { api, where: [prefix, hop ? `parent ${hop}` : prefix ? '' : 'this window'].filter(Boolean).join(', ') };
      const above: Window | undefined = related(current, 'parent');
      if (above === current) return undefined;
      current = above;
    }
    return undefined;
  };
  const direct = climb(view, '');
  if (direct) return direct;
  // The window that opened this one, or that opened the top one around it.
  for (const opened of [view, related(view, 'top')]) {
    const opener = opened && related(opened, 'opener');
    const found = opener && climb(opener, 'opener');
    if (found) return found;
  }
  return undefined;
}

/** What was looked for and found, for whoever looks after the page. */
export function explainScorm(view: Window | undefined, name: ScormApiName): string {
  const found = view && findScormApi(view, name);
  return found ? `The LMS’s ${name} is in ${found.where}.` : `No window around this page has an ${name}.`;
}

function apiOf(view: Window, name: ScormApiName): ForeignApi | undefined {
  try {
    const api = (view as unknown as Record<string, unknown>)[name];
    // A Java applet or an ActiveX object, once; a function that carries methods, in some LMSs. Without its first call it is something else by that name.
    if ((typeof api !== 'object' && typeof api !== 'function') || api === null) return undefined;
    const initialize = (api as ForeignApi)[name === 'API' ? 'LMSInitialize' : 'Initialize'];
    return typeof initialize === 'function' ? (api as ForeignApi) : undefined;
  } catch {
    return undefined; // another origin's
  }
}

function related(view: Window, relation: 'parent' | 'top' | 'opener'): Window | undefined {
  try {
    return (view[relation] as Window | null) ?? undefined;
  } catch {
    return undefined;
  }
}
