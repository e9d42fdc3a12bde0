import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Commit } from '../lrs/statement-writer.js';

/** Upper bounds in seconds, from a cached read to a request that waits for a busy disk. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly (readonly [labels: string, value: number])[];
}

export interface Metrics {
  observeCommit(commit: Commit): void;
  readonly middleware: MiddlewareHandler;
  /** In Prometheus' text format 0.0.4; `others` are counted elsewhere. */
  render(others?: readonly Family[]): string;
  close(): void;
}

/** Counts for one process. Labels are routes, methods and statuses alone: no learner, no key, no address with an id. */
export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, Histogram>();
  const commits = newHistogram();
  let stored = 0;
  let inFlight = 0;
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    observeCommit({ statements, seconds }) {
      stored += statements;
      observe(commits, seconds);
    },
    async middleware(c, next) {
      const start = performance.now();
      inFlight++;
      try {
        await next();
      } finally {
        inFlight--;
        const route = matchedRoutes(c).filter(({ method, path }) => method !== 'ALL' && !path.endsWith('/*')).at(-1)?.path ?? 'other';
        const name = `route="${route}",method="${METHODS.has(c.req.method) ? c.req.method : 'other'}"`;
        const counter = `${name},status="${c.res.status}"`;
        requests.set(counter, (requests.get(counter) ?? 0) + 1);
        const histogram = durations.get(name) ?? newHistogram();
        durations.set(name, histogram);
        observe(histogram, (performance.now() - start) / 1000);
      }
    },
    render(others = []) {
      const { rss, heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      const text = [
        ...family('lectern_http_requests_total', 'counter', 'Requests answered.', [...requests].map(([labels, count]) => [`{${labels}}`, count])),
        ...histogramFamily('lectern_http_request_duration_seconds', 'Time to answer a request.', durations),
        ...family('lectern_http_requests_in_flight', 'gauge', 'Requests being answered.', [['', inFlight - 1]]), // but for this one
        ...family('lectern_statements_stored_total', 'counter', 'Statements committed, not counting those told again.', [['', stored]]),
        ...histogramFamily('lectern_statement_commit_duration_seconds', 'Time of a transaction that stores the statements of one or more requests.', new Map([['', commits]])),
        ...family('lectern_event_loop_delay_seconds', 'gauge', 'How late the event loop was, since it was last asked.', [['{quantile="0.5"}', delay.percentile(50) / 1e9], ['{quantile="0.99"}', delay.percentile(99) / 1e9]]),
        ...family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [['', rss]]),
        ...family('process_heap_bytes', 'gauge', 'Used heap of V8.', [['', heapUsed]]),
        ...family('process_cpu_seconds_total', 'counter', 'Processor time.', [['', (user + system) / 1e6]]),
        ...family('process_start_time_seconds', 'gauge', 'When the process began, in seconds since 1970.', [['', Date.now() / 1000 - process.uptime()]]),
        ...others.flatMap(({ name, type, help, samples }) => family(name, type, help, samples)),
      ];
      delay.reset();
      return `${text.join('\n')}\n`;
    },
    close: () => void delay.disable(),
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

const newHistogram = (): Histogram => ({ counts: BOUNDS.map(() => 0), sum: 0, count: 0 });

function observe(histogram: Histogram, seconds: number): void {
  histogram.sum += seconds;
  histogram.count++;
  BOUNDS.forEach((bound, index) => {
    if (seconds <= bound) histogram.counts[index]!++;
  });
}

function family(name: string, type: string, help: string, samples: readonly (readonly [labels: string, value: number])[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(([labels, value]) => `${name}${labels} ${value}`)];
}

function histogramFamily(name: string, help: string, histograms: ReadonlyMap<string, Histogram>): string[] {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const [labels, { counts, sum, count }] of histograms) {
    const bucket = (bound: string, value: number): string => `${name}_bucket{${labels ? `${labels},` : ''}le="${bound}"} ${value}`;
    lines.push(...BOUNDS.map((bound, index) => bucket(String(bound), counts[index]!)), bucket('+Inf', count));
    lines.push(`${name}_sum${labels && `{${labels}}`} ${sum}`, `${name}_count${labels && `{${labels}}`} ${count}`);
  }
  return lines;
}
