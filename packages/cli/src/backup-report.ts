import type { BackupProgress } from '@lectern/server';

interface Contents {
  readonly rows: Readonly<Record<string, number>>;
  readonly courses: number;
  readonly contentFiles: number;
}

export function describeContents({ rows, courses, contentFiles }: Contents): string {
  const count = (name: string): string => (rows[name] ?? 0).toLocaleString('en');
  return `${count('statements')} statements, ${count('documents')} documents, ${count('attachments')} attachments, ${courses} courses (${contentFiles.toLocaleString('en')} files)`;
}

export function formatSize(octets: number): string {
  const units = ['octets', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, octets)) / 10));
  return `${power === 0 ? octets : (octets / 1024 ** power).toFixed(1)} ${units[power]}`;
}

const STEPS: Readonly<Record<BackupProgress['step'], string>> = { content: 'Courses', database: 'Rows of', check: 'Checking', restore: 'Restoring', indexes: 'Making indexes' };

/** On a terminal one line that changes; into a log a line for each tenth; for machines nothing. */
export function watchProgress(isQuiet: boolean): { show: (progress: BackupProgress) => void; end: () => void } {
  const { stderr } = process;
  let [shown, isOpen] = ['', false];
  return {
    show({ step, name, done }) {
      if (isQuiet) return;
      const percent = Math.floor(done * 100);
      const what = step === 'database' ? `${STEPS[step]} ${name}` : STEPS[step];
      const line = step === 'content' || step === 'indexes' ? `${what} …` : `${what} … ${stderr.isTTY ? percent : percent - (percent % 10)} %`;
      if (line === shown) return;
      shown = line;
      isOpen = stderr.isTTY;
      stderr.write(stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    },
    end() {
      if (isOpen) stderr.write('\r\u001b[K');
      isOpen = false;
    },
  };
}

/** SIGINT and SIGTERM end the work in order, so that nothing half done stays; a second one ends the process. */
export async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}
