import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit.js';
import { backupCommand } from './commands/backup.js';
import { dispatchCommand } from './commands/dispatch.js';
import { dispatchesCommand } from './commands/dispatches.js';
import { embedCommand } from './commands/embed.js';
import { forwardCommand } from './commands/forward.js';
import { importCommand } from './commands/import.js';
import { inspectCommand } from './commands/inspect.js';
import { keysCommand } from './commands/keys.js';
import { ltiPlatformCommand } from './commands/lti-platform.js';
import { ltiToolCommand } from './commands/lti-tool.js';
import { packCommand } from './commands/pack.js';
import { restoreCommand } from './commands/restore.js';
import { serveCommand } from './commands/serve.js';
import { tenantsCommand } from './commands/tenants.js';
import { validateCommand } from './commands/validate.js';
import { EXIT, report } from './report.js';

export interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the `lectern` command.
 * @param args without `node` and the script
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage
 */
export async function run(args: readonly string[], { env }: RunOptions): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new Command('lectern')
    .description('Serve, import, inspect, pack and dispatch courseware; forward what is learnt; be launched by LTI platforms, and launch LTI tools; manage keys and tenants; back up and restore.')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError('(lectern --help tells more)');
  const finish = (code: number): void => void (exitCode = Math.max(exitCode, code));
  const commands = [
    serveCommand(env, finish), importCommand(env, finish), inspectCommand(finish), validateCommand(finish), packCommand(env, finish), dispatchCommand(env, finish), dispatchesCommand(env, finish), embedCommand(env, finish),
    forwardCommand(env, finish), ltiPlatformCommand(env, finish), ltiToolCommand(env, finish), keysCommand(env, finish), tenantsCommand(env, finish), auditCommand(env, finish), backupCommand(env, finish), restoreCommand(env, finish),
  ];
  for (const command of commands) {
    for (const one of [command, ...command.commands]) one.exitOverride().showHelpAfterError('(lectern --help tells more)');
    program.addCommand(command);
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    report(error);
    return EXIT.failed;
  }
}
