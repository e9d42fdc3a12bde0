import { errorJson, EXIT, report } from './report.js';
import { askServer, findKey, type Env, type ServerFlags } from './server-client.js';

export interface AnswerFlags extends ServerFlags {
  readonly json?: boolean;
}

/** Asks the server that the options name, under its administrator's key. */
export type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

/** What is printed: one or the other. */
export interface Answer {
  readonly json: unknown;
  readonly text: string;
}

/** The action of a command that speaks with a server, and what it takes beside its options: at most one argument. Faults are told as its answers are. */
export function serverAction<F extends AnswerFlags>(env: Env, finish: (code: number) => void, work: (ask: Ask, flags: F, argument: string) => Promise<Answer | undefined>) {
  return async (...given: unknown[]): Promise<void> => {
    const [flags, argument] = given.length > 2 ? [given[1] as F, given[0] as string] : [given[0] as F, ''];
    try {
      const key = await findKey(env, flags);
      const answer = await work((method, path, body) => askServer(flags.url, key, { method, path, ...(body ? { body } : {}) }), flags, argument);
      if (answer) process.stdout.write(flags.json ? `${JSON.stringify(answer.json)}\n` : `${answer.text}\n`);
    } catch (error) {
      if (flags.json) process.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
      else report(error);
      finish(EXIT.failed);
    }
  };
}
