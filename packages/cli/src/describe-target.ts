/** A target as `/forwarding` shows it, as far as people read it. */
export interface TargetView {
  readonly name: string;
  readonly endpoint: string;
  readonly version: string;
  readonly status: 'running' | 'waiting' | 'paused';
  readonly pauseReason?: string;
  readonly nextAttemptAt?: string;
  readonly pseudonyms: { readonly homePage: string } | null;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly lag: { readonly statements: number; readonly seconds: number };
  readonly delivered: number;
  readonly setAside: number;
  readonly lastError: { readonly message: string; readonly at: string } | null;
}

/** One line a target. */
export function describeTargets(targets: readonly TargetView[]): string {
  if (targets.length === 0) return 'Nothing is forwarded. Begin with "lectern forward add".';
  const width = Math.max(...targets.map(({ name }) => name.length));
  return targets.map((target) => `${target.name.padEnd(width)}  ${statusOf(target).padEnd(26)}  ${lagOf(target)}  ${target.endpoint}`).join('\n');
}

export function describeTarget(target: TargetView): string {
  const { name, endpoint, version, pseudonyms, filter, delivered, setAside, lastError } = target;
  const lines: [string, string][] = [
    ['status', statusOf(target)],
    ['behind', lagOf(target)],
    ['delivered', `${delivered}`],
    ['set aside', `${setAside}`],
    ['learners', pseudonyms ? `pseudonyms at ${pseudonyms.homePage}` : 'as they are'],
    ['only', Object.keys(filter).length ? JSON.stringify(filter) : 'everything'],
    ...(lastError ? [['last error', `${lastError.message} (${lastError.at})`] as [string, string]] : []),
  ];
  return [`${name} → ${endpoint} (xAPI ${version})`, ...lines.map(([label, value]) => `  ${label.padEnd(10)} ${value}`)].join('\n');
}

const statusOf = ({ status, pauseReason, nextAttemptAt }: TargetView): string =>
  status === 'paused' ? `paused: ${pauseReason ?? ''}` : status === 'waiting' ? `waits until ${nextAttemptAt ?? ''}` : 'running';

const lagOf = ({ lag }: TargetView): string => (lag.statements === 0 ? 'up to date' : `${lag.statements} statements, ${Math.round(lag.seconds)} s`);
