import { Command } from 'commander';
import * as prompts from '@clack/prompts';
import { CommandError } from '../command-error.js';
import { describeTarget, describeTargets, type TargetView } from '../describe-target.js';
import { serverAction, type Answer, type AnswerFlags, type Ask } from '../server-action.js';
import { withServerOptions, type Env } from '../server-client.js';

interface AddFlags extends AnswerFlags {
  readonly version: string;
  readonly username?: string;
  readonly bearer?: boolean;
  readonly from: string;
  readonly pseudonyms?: string;
  readonly attachments?: boolean;
  readonly verb?: string[];
  readonly activity?: string[];
  readonly profile?: string[];
  readonly registration?: string[];
  readonly course?: string[];
  readonly creditBearing?: boolean;
  readonly paused?: boolean;
}

/** `lectern forward …`: which other LRSs get a running server's statements. */
export function forwardCommand(env: Env, finish: (code: number) => void): Command {
  const forward = new Command('forward').description('Forward statements to other LRSs: add, list, show, pause, resume, retry, remove.');

  /** A command whose work speaks with the server and says what came of it. */
  const command = (name: string, description: string): Command => withServerOptions(forward.command(name).description(description), env).option('--json', 'print JSON');
  const act = <F extends AnswerFlags>(work: (ask: Ask, flags: F, name: string) => Promise<Answer>): ((...given: unknown[]) => Promise<void>) =>
    serverAction<F>(env, finish, (ask, flags, name) => work((method, path, body) => ask(method, `/forwarding${path}`, body), flags, name));
  const one = (json: unknown): Answer => ({ json, text: describeTarget(json as TargetView) });
  const many = (value: string, before: string[] = []): string[] => [...before, value];

  command('add', 'Begin to forward. The password or token comes from LECTERN_FORWARD_SECRET, or is asked for.')
    .argument('<name>', 'how the target is called from now on').argument('<endpoint>', 'its xAPI address, such as https://lrs.example.edu/xapi/')
    .option('--username <name>', 'Basic authentication').option('--bearer', 'a bearer token').option('--version <version>', 'the xAPI it is spoken to in: 1.0.3 or 2.0.0', '1.0.3')
    .option('--from <when>', 'beginning, now, or a timestamp', 'now').option('--pseudonyms <home-page>', 'name learners by pseudonyms under this home page')
    .option('--attachments', 'send attachments even with pseudonyms').option('--no-attachments', 'send no attachments').option('--paused', 'do not begin yet')
    .option('--credit-bearing', 'only of courses that a credit policy counts').option('--course <id>', 'only of this course (may be repeated, as all below)', many)
    .option('--verb <iri>', 'only with this verb', many).option('--activity <iri>', 'only about or within this activity; a * at the end stands for the rest', many)
    .option('--profile <iri>', 'only of this profile', many).option('--registration <uuid>', 'only of this registration', many)
    .action(async (name: string, endpoint: string, flags: AddFlags) => act<AddFlags>(async (ask) => one(await ask('POST', '', await draftOf(env, name, endpoint, flags))))(name, flags, undefined));

  command('list', 'List the targets and how they do.')
    .action(act(async (ask) => {
      const json = (await ask('GET', '')) as { targets: TargetView[] };
      return { json, text: describeTargets(json.targets) };
    }));
  command('show', 'Show a target, and what it would not take.').argument('<name>')
    .action(act(async (ask, _flags, name) => {
      const [target, { statements }] = (await Promise.all([ask('GET', pathOf(name)), ask('GET', `${pathOf(name)}/set-aside`)])) as [TargetView, { statements: { id: string; detail: string }[] }];
      return { json: { ...target, statements }, text: [describeTarget(target), ...statements.map(({ id, detail }) => `  ${id}  ${detail}`)].join('\n') };
    }));
  for (const [name, description] of [['pause', 'Stop forwarding for a while.'], ['resume', 'Go on where it was stopped.']] as const) {
    command(name, description).argument('<name>').action(act(async (ask, _flags, target) => one(await ask('POST', `${pathOf(target)}/${name}`))));
  }
  command('retry', 'Send once more what the target would not take.').argument('<name>')
    .action(act(async (ask, _flags, name) => {
      const json = (await ask('POST', `${pathOf(name)}/retry`)) as { retrying: number };
      return { json, text: `${json.retrying} ${json.retrying === 1 ? 'statement' : 'statements'} will be sent again.` };
    }));
  command('remove', 'Forward no more; where it was is forgotten.').argument('<name>')
    .action(act(async (ask, _flags, name) => {
      await ask('DELETE', pathOf(name));
      return { json: { removed: name }, text: `${name} was removed.` };
    }));
  return forward;
}

const pathOf = (name: string): string => `/${encodeURIComponent(name)}`;

async function draftOf(env: Env, name: string, endpoint: string, flags: AddFlags): Promise<object> {
  const { username, bearer, version, from, pseudonyms, attachments, paused, verb, activity, profile, registration, course, creditBearing } = flags;
  if ((username === undefined) === !bearer) throw new CommandError('option-invalid', 'Say how the target is spoken to: either --username or --bearer.', { field: '--username' });
  const secret = await readSecret(env, bearer ? 'Token' : 'Password');
  return {
    name, endpoint, version, from,
    auth: bearer ? { type: 'bearer', token: secret } : { type: 'basic', username, password: secret },
    filter: { verbs: verb, activities: activity, profiles: profile, registrations: registration, courses: course, creditBearing },
    ...(pseudonyms === undefined ? {} : { pseudonyms: { homePage: pseudonyms } }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(paused ? { paused } : {}),
  };
}

/** Never an argument: those can be read in the list of processes and in the shell's history. */
async function readSecret(env: Env, label: string): Promise<string> {
  const given = env['LECTERN_FORWARD_SECRET'];
  if (given) return given;
  const typed = process.stdin.isTTY ? await prompts.password({ message: label }) : undefined;
  if (typeof typed === 'string' && typed !== '') return typed;
  throw new CommandError('secret-missing', 'There is no password or token: set LECTERN_FORWARD_SECRET.', { field: 'LECTERN_FORWARD_SECRET' });
}
