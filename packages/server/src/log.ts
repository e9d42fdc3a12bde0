/** Where the server tells what it does. Never given a header, a token or a body. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** One JSON object a line on stderr; stdout is the command's. */
export function createLog(write: (line: string) => void = (line) => void process.stderr.write(line)): Log {
  const log = (level: string, message: string, details: Readonly<Record<string, unknown>> = {}): void => {
    write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...details }, plain)}\n`);
  };
  return {
    info: (message, details) => log('info', message, details),
    error: (message, details) => log('error', message, details),
  };
}

export const silentLog: Log = { info: () => undefined, error: () => undefined };

function plain(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack?.split('\n').slice(1, 6).map((line) => line.trim()), ...(value.cause === undefined ? {} : { cause: value.cause }) };
}
