import { ACTIVITY_TYPES, createReceipt, VERBS, type LecternError, type ReceiptStatus, type Statement } from '@lectern/core';
import { LearningStatementEvent } from '../internal/learning-statement-event.js';

export const ENDPOINT = 'https://lrs.example/xapi/';

const COURSE = 'https://campus.example/courses/lathe';
const NAMES: readonly (readonly [string, string, string])[] = [
  ['film', 'Setting up a lathe', '车床调试'],
  ['guide', 'Set-up guide', '调试指南'],
  ['lesson', 'Tool height', '刀具高度'],
  ['simulation', 'The lathe, from cold to the first cut', '车床：从冷机到第一刀'],
];
const LEARNERS = ['lin', 'wang', 'guest'];
const SAID = ['initialized', 'played', 'paused', 'completed', 'answered', 'passed', 'failed', 'terminated'] as const;

const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** The nth statement of a busy afternoon; the higher, the longer ago. */
export function sampleStatement(n: number, now = Date.now(), more: Partial<Statement> = {}): Statement {
  const [id, en, zh] = NAMES[n % NAMES.length]!;
  const verb = SAID[(n * 5 + 3) % SAID.length]!;
  const at = new Date(now - n * 47_000 - 20_000).toISOString();
  const passed = verb === 'passed';
  const result =
    passed || verb === 'failed'
      ? { score: { scaled: passed ? 0.86 : 0.4, raw: passed ? 86 : 40, min: 0, max: 100 }, success: passed, duration: 'PT4M12S' }
      : verb === 'completed'
        ? { completion: true, duration: 'PT1H5M' }
        : verb === 'answered'
          ? { success: n % 2 === 0, response: '0.3' }
          : undefined;
  return {
    id: uuid(n),
    actor: { objectType: 'Agent', account: { homePage: 'https://campus.example', name: LEARNERS[n % LEARNERS.length]! } },
    verb: VERBS[verb],
    object: { objectType: 'Activity', id: `${COURSE}/${id}`, definition: { name: { en, 'zh-CN': zh }, type: ACTIVITY_TYPES.lesson } },
    ...(result ? { result } : {}),
    context: { registration: uuid(0xfeed), contextActivities: { grouping: [{ objectType: 'Activity', id: COURSE }] } },
    timestamp: at,
    ...more,
  };
}

/** As a record store gives it back. */
export const stored = (statement: Statement): Statement => ({
  ...statement,
  stored: statement.timestamp,
  version: '1.0.0',
  authority: { objectType: 'Agent', account: { homePage: 'https://lrs.example', name: 'lectern:learner' } },
});

/** Fires `learning-statement` on the place, as a player does. */
export function record(place: EventTarget, statement: unknown, status: ReceiptStatus = 'stored', error?: LecternError): ReturnType<typeof createReceipt> {
  const control = createReceipt(String((statement as { id?: unknown } | undefined)?.id), status === 'failed' ? 'pending' : status);
  if (status === 'failed' || error) control.advance(status, error);
  place.dispatchEvent(new LearningStatementEvent(statement as Statement, control.receipt));
  return control;
}

/** A record store in memory, in place of the network. It keeps statements in the order of storing. */
export class MemoryLrs {
  readonly statements: unknown[] = [];
  readonly asked: URL[] = [];
  readonly tokens: (string | null)[] = [];
  /** Answers instead, where it yields something. */
  instead: (url: URL) => Response | Promise<Response> | undefined = () => undefined;
  /** What it says of itself; absent: the latest. */
  consistentThrough: string | undefined;
  readonly #real = globalThis.fetch;

  constructor(statements: readonly unknown[] = []) {
    this.statements.push(...statements);
  }

  /** @returns what puts the network back */
  install(): () => void {
    globalThis.fetch = (input, init) => {
      const url = new URL(String(input));
      if (!url.href.startsWith(ENDPOINT)) return this.#real(input, init);
      this.asked.push(url);
      this.tokens.push(new Headers(init?.headers).get('authorization'));
      return Promise.resolve(this.instead(url) ?? this.#answer(url));
    };
    return () => {
      globalThis.fetch = this.#real;
    };
  }

  #answer(url: URL): Response {
    const { searchParams: query } = url;
    const at = Number(query.get('from') ?? 0);
    const limit = Number(query.get('limit') ?? 50);
    const found = this.statements.filter((statement) => asks(query, (statement ?? {}) as Statement));
    if (query.get('ascending') !== 'true') found.reverse();
    const page = found.slice(at, at + limit);
    query.set('from', String(at + limit));
    const more = found.length > at + limit ? `${url.pathname}?${query}` : '';
    const through = this.consistentThrough ?? (this.statements.at(-1) as Statement | undefined)?.stored ?? new Date().toISOString();
    return new Response(JSON.stringify({ statements: page, more }), { headers: { 'Content-Type': 'application/json', 'X-Experience-API-Consistent-Through': through } });
  }
}

function asks(query: URLSearchParams, statement: Statement): boolean {
  const is = (name: string, value: unknown): boolean => !query.has(name) || query.get(name) === value;
  const agent = query.get('agent');
  return (
    is('verb', statement.verb?.id) &&
    is('activity', (statement.object as { id?: string } | undefined)?.id) &&
    is('registration', statement.context?.registration) &&
    (agent === null || (JSON.parse(agent) as Statement['actor']).account?.name === statement.actor.account?.name) &&
    (query.get('since') === null || statement.stored! > query.get('since')!) &&
    (query.get('until') === null || statement.stored! <= query.get('until')!)
  );
}

/** What nobody should send, and somebody will. */
export function hostileStatements(): unknown[] {
  const base = stored(sampleStatement(900));
  const deep = (levels: number): unknown => {
    let value: unknown = 'bottom';
    for (let level = 0; level < levels; level++) value = { nested: value };
    return value;
  };
  const id = (n: number): { id: string } => ({ id: uuid(0xbad0 + n) });
  return [
    null,
    42,
    'a string',
    [],
    {},
    { ...id(1), actor: [], verb: 'completed', object: 7, timestamp: 'yesterday', result: { score: { scaled: 'high' }, duration: 'soon' } },
    { ...base, ...id(2), verb: { id: 'https://x.example/v', display: { en: '<img src=x onerror="globalThis.hit=1">' } }, object: { id: 'https://x.example/<script>', definition: { name: { en: '<script>globalThis.hit=1</script>' } } } },
    { ...base, ...id(3), actor: { name: '\u202eevil\u202c \u2066name\n\n\u0000', mbox: 'mailto:a@b.example' } },
    { ...base, ...id(4), object: { id: 'https://x.example/long', definition: { name: { en: 'long '.repeat(50_000) } } } },
    { ...base, ...id(5), context: { extensions: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`https://x.example/${n}`, n])) } },
    { ...base, ...id(6), context: { extensions: { 'https://x.example/deep': deep(3000) } } },
    { ...base, ...id(7), timestamp: '9999999-99-99T99:99:99Z', stored: 'never' },
    { ...base, ...id(8), object: { objectType: 'SubStatement', actor: base.actor, verb: base.verb, object: { objectType: 'SubStatement', object: deep(50) } } },
    { ...base, ...id(9), verb: { id: 'https://x.example/v', display: { en: 7, de: null, 'zh-CN': {} } }, actor: { objectType: 'Group', member: [1, null, { name: 'one' }] } },
    { ...base, ...id(10), __proto__: null, object: { objectType: 'Nothing', id: 5 } },
  ];
}
