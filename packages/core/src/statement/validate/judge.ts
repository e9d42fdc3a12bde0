/** One thing in a statement that the specification does not allow. */
export interface StatementFault {
  /** Where it is: `actor.mbox`, `context.contextActivities.parent[0].id`; empty for the statement itself. */
  readonly path: string;
  /** What is wrong, in English, without the path. */
  readonly message: string;
  /** The clause that is broken, e.g. `xAPI 1.0.3 Data 2.4.2.3`. */
  readonly clause: string;
}

export type XapiVersion = '1.0.3' | '2.0.0';

/** Clauses of Part Two of 1.0.3, and where IEEE 9274.1.1 (xAPI 2.0) keeps the same rule. */
const CLAUSES = {
  '2.2': '4.2',
  '2.3.2': '4.2.5',
  '2.4': '4.2.2',
  '2.4.2': '4.2.2.1',
  '2.4.2.3': '4.2.2.1',
  '2.4.2.4': '4.2.2.1',
  '2.4.3': '4.2.2.2',
  '2.4.4': '4.2.2.3',
  '2.4.5': '4.2.2.4',
  '2.4.6': '4.2.2.5',
  '2.4.9': '4.2.4.2',
  '2.4.10': '4.2.4.3',
  '2.4.11': '4.2.2.6',
  '4.1': '4.2.7',
  '4.2': '4.2.7',
  '4.3': '4.2.7',
  '4.4': '4.2.7',
  '4.5': '4.2.7',
  '4.6': '4.2.7',
} as const;

export type Clause = keyof typeof CLAUSES;

/** Collects faults. Stops at a hundred: who sends more learns nothing from the rest. */
export class Judge {
  readonly faults: StatementFault[] = [];

  constructor(
    readonly version: XapiVersion,
    readonly asReceived: boolean,
  ) {}

  get full(): boolean {
    return this.faults.length >= 100;
  }

  add(path: string, clause: Clause, message: string): void {
    if (this.full) return;
    this.faults.push({ path, message, clause: this.version === '2.0.0' ? `xAPI 2.0 ${CLAUSES[clause]}` : `xAPI 1.0.3 Data ${clause}` });
  }
}

/** Judges one value. Depth is bounded by the tables themselves: none refers back to itself, and extensions are never entered. */
export type Check = (value: unknown, path: string, judge: Judge) => void;

export type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own property; what is inherited is never part of a statement. `undefined` is absent, as in JSON. */
export const own = (record: Fields, key: string): unknown => (Object.hasOwn(record, key) ? record[key] : undefined);

/** Path of a property; names that are no identifiers go in brackets, and long ones are cut. */
export function at(path: string, key: string): string {
  if (!/^[a-z_]\w{0,60}$/i.test(key)) return `${path}[${JSON.stringify(key.slice(0, 120))}]`;
  return path ? `${path}.${key}` : key;
}

const nameOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'an array' : `of type ${typeof value}`);

/** An object with these properties and no others. `then` sees it when it is an object at all. */
export function shape(
  clause: Clause,
  fields: Readonly<Record<string, Check>>,
  required: readonly string[] = [],
  then?: (record: Fields, path: string, judge: Judge) => void,
): Check {
  const checks = new Map(Object.entries(fields));
  return (value, path, judge) => {
    if (!isRecord(value)) return judge.add(path, '2.2', `must be an object, but is ${nameOf(value)}`);
    for (const key of required) {
      if (own(value, key) === undefined) judge.add(at(path, key), clause, 'is missing');
    }
    for (const key of Object.keys(value)) {
      if (judge.full) return;
      const part = value[key];
      if (part === undefined) continue;
      const check = checks.get(key);
      if (check) check(part, path ? `${path}.${key}` : key, judge);
      else judge.add(at(path, key), '2.2', 'is not a property that the specification has here');
    }
    then?.(value, path, judge);
  };
}

/** An object whose keys have a format. Without `check` its values may be anything. */
export function mapOf(clause: Clause, isKey: (key: string) => boolean, keyName: string, check?: Check): Check {
  return (value, path, judge) => {
    if (!isRecord(value)) return judge.add(path, '2.2', `must be an object, but is ${nameOf(value)}`);
    for (const key of Object.keys(value)) {
      if (judge.full) return;
      if (!isKey(key)) judge.add(at(path, key), clause, `has a name that is not ${keyName}`);
      else if (check && value[key] !== undefined) check(value[key], at(path, key), judge);
    }
  };
}

export function listOf(check: Check): Check {
  return (value, path, judge) => {
    if (!Array.isArray(value)) return judge.add(path, '2.2', `must be an array, but is ${nameOf(value)}`);
    for (let i = 0; i < value.length && !judge.full; i++) check(value[i], `${path}[${i}]`, judge);
  };
}

export const text: Check = (value, path, judge) => {
  if (typeof value !== 'string') judge.add(path, '2.2', `must be a string, but is ${nameOf(value)}`);
};

export const boolean: Check = (value, path, judge) => {
  if (typeof value !== 'boolean') judge.add(path, '2.2', `must be true or false, but is ${nameOf(value)}`);
};

export function number(clause: Clause, accepts: (value: number) => boolean = () => true, what = 'a number'): Check {
  return (value, path, judge) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) judge.add(path, '2.2', `must be a number, but is ${nameOf(value)}`);
    else if (!accepts(value)) judge.add(path, clause, `must be ${what}`);
  };
}

/** A string with a format. */
export function format(clause: Clause, accepts: (value: string, judge: Judge) => boolean, what: string): Check {
  return (value, path, judge) => {
    if (typeof value !== 'string') text(value, path, judge);
    else if (!accepts(value, judge)) judge.add(path, clause, `must be ${what}`);
  };
}

export const oneOf = (clause: Clause, ...values: readonly string[]): Check =>
  format(clause, (value) => values.includes(value), values.map((value) => `"${value}"`).join(' or '));
