import { Command } from 'commander';
import { serverAction, type AnswerFlags } from '../server-action.js';
import { withServerOptions, type Env } from '../server-client.js';
import { table } from '../table.js';

interface AddFlags extends AnswerFlags {
  readonly issuer: string;
  readonly client: string;
  readonly deployment: string[];
  readonly auth: string;
  readonly token: string;
  readonly audience?: string;
  readonly jwks: string;
}

/** A platform, and what it is to be told, as the server shows them. */
interface PlatformView {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly deployments: readonly string[];
  readonly tool: ToolAddresses;
  readonly learners?: number;
  readonly scores?: { readonly waiting: number; readonly troubled: number; readonly problem?: string };
}

interface ToolAddresses {
  readonly login: string;
  readonly launch: string;
  readonly jwks: string;
  readonly target: string;
}

/** `lectern lti-platform …`: the LTI 1.3 platforms (Moodle, Canvas, Open edX …) that may launch the tenant's courses. */
export function ltiPlatformCommand(env: Env, finish: (code: number) => void): Command {
  const platforms = new Command('lti-platform').description('LTI 1.3 platforms that may launch courses: invite, add, list, show, change, remove.');
  const command = (name: string, description: string): Command => withServerOptions(platforms.command(name).description(description), env).option('--json', 'print JSON');

  command('invite', 'Print an address by which a platform registers itself, once, within seven days (dynamic registration).')
    .argument('<name>', 'what the platform is to be called here')
    .action(serverAction(env, finish, async (ask, _flags, name) => {
      const json = (await ask('POST', '/lti/invitations', { name })) as { url: string; expires: string };
      return { json, text: `${json.url}\nPaste it as the tool’s URL where the platform registers tools. It is good once, until ${json.expires}.` };
    }));

  command('add', 'Register a platform by hand. Prints what the platform’s own settings need.')
    .argument('<name>', 'what the platform is to be called here')
    .requiredOption('--issuer <url>', 'who it says it is (platform ID, issuer)')
    .requiredOption('--client <id>', 'what it calls this tool (client ID)')
    .requiredOption('--deployment <id...>', 'its deployment IDs; "*" for any of this client')
    .requiredOption('--auth <url>', 'its authentication request URL')
    .requiredOption('--token <url>', 'its access token URL')
    .requiredOption('--jwks <url>', 'its public keyset URL')
    .option('--audience <name>', 'what its token URL wants to be called, where that is not its address')
    .action(serverAction<AddFlags>(env, finish, async (ask, flags, name) => {
      const json = (await ask('POST', '/lti/platforms', {
        name, issuer: flags.issuer, clientId: flags.client, deployments: flags.deployment, authorizationUrl: flags.auth, tokenUrl: flags.token, jwksUrl: flags.jwks,
        ...(flags.audience === undefined ? {} : { tokenAudience: flags.audience }),
      })) as PlatformView;
      return { json, text: describe(json) };
    }));

  command('list', 'List the platforms.').action(serverAction(env, finish, async (ask) => {
    const { platforms: json } = (await ask('GET', '/lti/platforms')) as { platforms: PlatformView[] };
    return { json, text: json.length === 0 ? 'No platform is registered.' : table(['NAME', 'ISSUER', 'CLIENT ID', 'DEPLOYMENTS'], json.map(({ name, issuer, clientId, deployments }) => [name, issuer, clientId, deployments.join(' ')])) };
  }));

  command('show', 'Show a platform: what its settings need, its learners, and scores that wait.').argument('<platform>', 'its name').action(serverAction(env, finish, async (ask, _flags, platform) => {
    const json = (await ask('GET', pathOf(platform))) as PlatformView;
    return { json, text: describe(json) };
  }));

  command('change', 'Change which deployments may launch.').argument('<platform>', 'its name').requiredOption('--deployment <id...>', 'its deployment IDs; "*" for any of this client')
    .action(serverAction<AddFlags>(env, finish, async (ask, { deployment }, platform) => {
      const json = (await ask('PATCH', pathOf(platform), { deployments: deployment })) as PlatformView;
      return { json, text: describe(json) };
    }));

  command('remove', 'Let a platform launch no more. What learners recorded stays; scores that wait are dropped.').argument('<platform>', 'its name').action(serverAction(env, finish, async (ask, _flags, platform) => {
    await ask('DELETE', pathOf(platform));
    return { json: { removed: platform }, text: `${platform} launches no more.` };
  }));

  return platforms;
}

const pathOf = (platform: string): string => `/lti/platforms/${encodeURIComponent(platform)}`;

/** What people copy into the platform's settings, in the words that platforms use. */
function describe({ name, issuer, clientId, deployments, tool, learners, scores }: PlatformView): string {
  const rows = [
    ['Issuer', issuer], ['Client ID', clientId], ['Deployments', deployments.join(' ')],
    ['Tool URL (target link URI)', tool.target], ['Login initiation URL', tool.login], ['Redirection URI', tool.launch], ['Public keyset URL', tool.jwks], ['Deep linking (content selection) URL', tool.target],
    ...(learners === undefined ? [] : [['Learners', String(learners)]]),
    ...(scores === undefined ? [] : [['Scores that wait', `${scores.waiting}${scores.problem === undefined ? '' : ` (${scores.troubled} with trouble: ${scores.problem})`}`]]),
  ] as const;
  return [name, ...rows.map(([label, value]) => `  ${label!.padEnd(36)} ${value}`)].join('\n');
}
