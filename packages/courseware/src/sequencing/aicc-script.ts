/** The status of a unit, as AICC scripts name it. */
export type AiccStatus = 'passed' | 'completed' | 'browsed' | 'failed' | 'not attempted' | 'incomplete';

const WORDS: Readonly<Record<string, AiccStatus>> = {
  passed: 'passed', p: 'passed', completed: 'completed', c: 'completed', browsed: 'browsed', b: 'browsed', failed: 'failed', f: 'failed',
  'not attempted': 'not attempted', n: 'not attempted', incomplete: 'incomplete', i: 'incomplete',
};

type Token = { readonly kind: 'sign'; readonly text: string } | { readonly kind: 'name'; readonly text: string };

/** Longer than any that a tool writes. */
const MAX_LENGTH = 4_000;
const MAX_DEPTH = 50;

/**
 * Evaluates an AICC script of prerequisites (SCORM 1.2 CAM 2.3.5.1.1, AICC CMI001 6.4): `&`, `|`, `~`, `=`, `<>`, `( )`, and `n*{a,b,…}`.
 * @returns `undefined` where it is no such script: then it closes nothing
 */
export function evaluateAiccScript(script: string, statusOf: (id: string) => AiccStatus | undefined): boolean | undefined {
  if (script.length > MAX_LENGTH) return undefined;
  const tokens = tokenize(script);
  if (!tokens || tokens.length === 0) return undefined;
  const reader = new ScriptReader(tokens, statusOf);
  return reader.read();
}

function tokenize(script: string): Token[] | undefined {
  const tokens: Token[] = [];
  const pattern = /\s*(?:(&amp;|<>|[&|~=(){},*])|"([^"]*)"|([^\s&|~=<>(){},*"]+(?:[ ]+[^\s&|~=<>(){},*"]+)*))\s*/gy;
  while (pattern.lastIndex < script.length) {
    const match = pattern.exec(script);
    if (!match) return undefined;
    if (match[1] !== undefined) tokens.push({ kind: 'sign', text: match[1] === '&amp;' ? '&' : match[1] });
    else tokens.push({ kind: 'name', text: match[2] ?? match[3]! });
  }
  return tokens;
}

class ScriptReader {
  readonly #tokens: readonly Token[];
  readonly #statusOf: (id: string) => AiccStatus | undefined;
  #at = 0;

  constructor(tokens: readonly Token[], statusOf: (id: string) => AiccStatus | undefined) {
    this.#tokens = tokens;
    this.#statusOf = statusOf;
  }

  read(): boolean | undefined {
    const value = this.#either(0);
    return this.#at === this.#tokens.length ? value : undefined;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #name(): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'name') return undefined;
    this.#at += 1;
    return token.text;
  }

  #either(depth: number): boolean | undefined {
    let value = this.#both(depth);
    while (value !== undefined && this.#take('|')) {
      const right = this.#both(depth);
      value = right === undefined ? undefined : value || right;
    }
    return value;
  }

  #both(depth: number): boolean | undefined {
    let value = this.#term(depth);
    while (value !== undefined && this.#take('&')) {
      const right = this.#term(depth);
      value = right === undefined ? undefined : value && right;
    }
    return value;
  }

  #term(depth: number): boolean | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (this.#take('~')) {
      const value = this.#term(depth + 1);
      return value === undefined ? undefined : !value;
    }
    if (this.#take('(')) {
      const value = this.#either(depth + 1);
      return this.#take(')') ? value : undefined;
    }
    const name = this.#name();
    if (name === undefined) return undefined;
    if (this.#take('*')) return this.#atLeast(Number(name), depth);
    const status = this.#statusOf(name);
    const equal = this.#take('=');
    if (equal || this.#take('<>')) {
      const wanted = WORDS[this.#name()?.toLowerCase() ?? ''];
      return wanted === undefined || status === undefined ? undefined : (status === wanted) === equal;
    }
    return status === undefined ? undefined : status === 'passed' || status === 'completed';
  }

  /** `2*{a,b,c}`: so many of them. */
  #atLeast(count: number, depth: number): boolean | undefined {
    if (!Number.isInteger(count) || !this.#take('{')) return undefined;
    let met = 0;
    do {
      const value = this.#either(depth + 1);
      if (value === undefined) return undefined;
      if (value) met += 1;
    } while (this.#take(','));
    return this.#take('}') ? met >= count : undefined;
  }
}
