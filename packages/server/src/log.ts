/** Where the server tells what it does. Never given a header, a token or a body; what an error quotes of one is taken out. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** One JSON object a line on stderr; stdout is the command's. */
export function createLog(write: (line: string) => void = (line) => void process.stderr.write(line)): Log {
  const log = (level: string, message: string, details: Readonly<Record<string, unknown>> = {}): void => {
    write(`${withoutSecrets(JSON.stringify({ at: new Date().toISOString(), level, message, ...details }, plain))}\n`);
  };
  return {
    info: (message, details) => log('info', message, details),
    error: (message, details) => log('error', message, details),
  };
}

export const silentLog: Log = { info: () => undefined, error: () => undefined };

/** Shapes that secrets have: credentials of a header, signed tokens, passwords in addresses, values of parameters that are secret. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(Basic|Bearer)\s+[\w+/=.~-]+/gi, '$1 …'],
  [/\beyJ[\w-]+\.[\w-]*\.?[\w-]*/g, '…'],
  [/(:\/\/[^:/?#@\s"]*):[^@/\s"]+@/g, '$1:…@'],
  [/(?<=\b|%3F|%26|_)(token|launch|auth|auth-token|secret|password)((?:\\*["'])?\s*(?:=|%3D|:)\s*(?:\\*["'])?)[^\s&"'\\,}]+/gi, '$1$2…'],
];

const withoutSecrets = (line: string): string => SECRETS.reduce((text, [shape, shown]) => text.replace(shape, shown), line);

function plain(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack?.split('\n').slice(1, 6).map((line) => line.trim()), ...(value.cause === undefined ? {} : { cause: value.cause }) };
}
