import { readConfig, startServer } from '@lectern/server';
import { Command } from 'commander';
import { errorJson, EXIT, report } from '../report.js';

interface ServeFlags {
  readonly port?: string;
  readonly contentPort?: string;
  readonly data?: string;
  readonly host?: string;
  readonly demo: boolean;
  readonly json?: boolean;
}

/** `lectern serve`: runs until SIGINT or SIGTERM. */
export function serveCommand(env: Readonly<Record<string, string | undefined>>, finish: (code: number) => void): Command {
  return new Command('serve')
    .description('Start the LRS, the content origin, launches, credit and the demo campus.')
    .option('--port <port>', 'port of the server (PORT, default 4173)')
    .option('--content-port <port>', 'port of the content origin (CONTENT_PORT, default PORT + 1)')
    .option('--host <address>', 'address to listen on (HOST, default 127.0.0.1)')
    .option('--data <folder>', 'where everything is kept (LECTERN_DATA, default .lectern)')
    .option('--no-demo', 'without demo learners and demo course (LECTERN_DEMO=off)')
    .option('--json', 'print one JSON object when ready')
    .action(async (flags: ServeFlags) => {
      try {
        await serve(flags, env);
      } catch (error) {
        if (flags.json) process.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
        report(error);
        finish(EXIT.failed);
      }
    });
}

async function serve(flags: ServeFlags, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const config = readConfig({
    ...env,
    ...(flags.port === undefined ? {} : { PORT: flags.port }),
    ...(flags.contentPort === undefined ? {} : { CONTENT_PORT: flags.contentPort }),
    ...(flags.host === undefined ? {} : { HOST: flags.host }),
    ...(flags.data === undefined ? {} : { LECTERN_DATA: flags.data }),
    ...(flags.demo ? {} : { LECTERN_DEMO: 'off' }),
  });
  // Asked to stop while still starting: finish starting, then stop, so that the database is closed in order.
  const stop = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const server = await startServer(config, { tokenKey: env['LECTERN_TOKEN_KEY'] || undefined, onProgress: (message) => process.stderr.write(`${message} …\n`) });
  const { key, secret } = server.admin;
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ url: server.url, contentUrl: server.contentUrl, key })}\n`);
  } else {
    const lines = [
      `Lectern is ready:  ${server.url}`,
      `  LRS              ${server.url}xapi/`,
      `  Content          ${server.contentUrl}`,
      // A secret of the environment is known to whoever set it; one made here must be shown once somewhere.
      env['LECTERN_SECRET'] ? `  Key              ${key}` : `  Key and secret   ${key} : ${secret}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  await stop;
  process.stderr.write('Stopping …\n');
  await server.close();
}
