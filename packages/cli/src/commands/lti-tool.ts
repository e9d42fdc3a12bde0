import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { CommandError } from '../command-error.js';
import { serverAction, type AnswerFlags } from '../server-action.js';
import { withServerOptions, type Env } from '../server-client.js';
import { table } from '../table.js';

interface AddFlags extends AnswerFlags {
  readonly login: string;
  readonly redirect: string[];
  readonly target?: string;
  readonly jwks?: string;
  readonly publicKey?: string;
  readonly scope?: string[];
  readonly roster?: boolean;
  readonly identity: string;
}

interface EditFlags extends AnswerFlags, Partial<Pick<AddFlags, 'login' | 'redirect' | 'jwks' | 'publicKey' | 'scope' | 'identity'>> {
  readonly name?: string;
  readonly target?: string | false;
}

/** A tool, and what it is to be told, as the server shows them. */
interface ToolView {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly deploymentId: string;
  readonly loginUrl: string;
  readonly redirectUris: readonly string[];
  readonly targetLinkUri?: string;
  readonly scopes: readonly string[];
  readonly identity: string;
  readonly platform: { readonly issuer: string; readonly authorizationUrl: string; readonly tokenUrl: string; readonly jwksUrl: string };
}

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/scope/';

/** What the services are called here. */
const SERVICES: Readonly<Record<string, string>> = {
  'line-items': `${AGS}lineitem.readonly`,
  results: `${AGS}result.readonly`,
  scores: `${AGS}score`,
  roster: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
};

/** `lectern lti-tool …`: the LTI 1.3 tools that the tenant's courses may launch. */
export function ltiToolCommand(env: Env, finish: (code: number) => void): Command {
  const tools = new Command('lti-tool').description('LTI 1.3 tools that courses may launch: add, list, show, edit, remove.');
  const command = (name: string, description: string): Command => withServerOptions(tools.command(name).description(description), env).option('--json', 'print JSON');

  command('add', 'Register a tool. Prints what the tool’s own settings need.')
    .argument('<name>', 'what courses call it ("tool" in course.json)')
    .requiredOption('--login <url>', 'where its launches begin (OpenID Connect login initiation URL)')
    .requiredOption('--redirect <url...>', 'where its launches may end (redirect URIs), as the tool writes them')
    .option('--target <url>', 'what is launched where a unit does not say (target link URI)')
    .option('--jwks <url>', 'where its public keys are')
    .option('--public-key <file>', 'its RSA public key in PEM, where it has no address for it')
    .option('--scope <service...>', 'services it may use: line-items, results, scores, roster (default: all but the roster)', (value: string, before: string[] = []) => [...before, serviceOf(value)])
    .option('--identity <who>', 'what it is told of learners: pseudonym (an opaque id of its own), or account (their account and name, too)', 'pseudonym')
    .action(serverAction<AddFlags>(env, finish, async (ask, flags, name) => {
      const json = (await ask('POST', '/lti-platform/tools', {
        name, loginUrl: flags.login, redirectUris: flags.redirect, targetLinkUri: flags.target, ...(await keysOf(flags)), scopes: flags.scope, identity: flags.identity,
      })) as ToolView;
      return { json, text: describe(json) };
    }));

  command('list', 'List the tools.').action(serverAction(env, finish, async (ask) => {
    const { tools: json } = (await ask('GET', '/lti-platform/tools')) as { tools: ToolView[] };
    return { json, text: json.length === 0 ? 'No tool is registered.' : table(['NAME', 'CLIENT ID', 'LOGIN', 'SERVICES', 'LEARNERS'], json.map((tool) => [tool.name, tool.clientId, tool.loginUrl, servicesOf(tool), tool.identity])) };
  }));

  command('show', 'Show a tool, and what its settings need.').argument('<tool>', 'its name or client id').action(serverAction(env, finish, async (ask, _flags, tool) => {
    const json = (await ask('GET', pathOf(tool))) as ToolView;
    return { json, text: describe(json) };
  }));

  command('edit', 'Change what is registered of a tool. What is not named stays, and so do its ids.')
    .argument('<tool>', 'its name or client id')
    .option('--name <name>', 'what courses call it; their "tool" must say so then')
    .option('--login <url>', 'where its launches begin')
    .option('--redirect <url...>', 'where its launches may end: all of them')
    .option('--target <url>', 'what is launched where a unit does not say')
    .option('--no-target', 'nothing is launched where a unit does not say')
    .option('--jwks <url>', 'where its public keys are')
    .option('--public-key <file>', 'its RSA public key in PEM')
    .option('--scope <service...>', 'services it may use: all of them', (value: string, before: string[] = []) => [...before, serviceOf(value)])
    .option('--identity <who>', 'what it is told of learners: pseudonym or account')
    .action(serverAction<EditFlags>(env, finish, async (ask, flags, tool) => {
      const { name, login, redirect, target, jwks, publicKey, scope, identity } = flags;
      const changes = {
        ...(name === undefined ? {} : { name }),
        ...(login === undefined ? {} : { loginUrl: login }),
        ...(redirect === undefined ? {} : { redirectUris: redirect }),
        ...(target === undefined ? {} : { targetLinkUri: target === false ? null : target }),
        ...(jwks === undefined && publicKey === undefined ? {} : await keysOf({ jwks, publicKey })),
        ...(scope === undefined ? {} : { scopes: scope }),
        ...(identity === undefined ? {} : { identity }),
      };
      if (Object.keys(changes).length === 0) throw new CommandError('option-invalid', 'Say what is to be changed: --name, --login, --redirect, --target, --jwks, --public-key, --scope or --identity.');
      const json = (await ask('PATCH', pathOf(tool), changes)) as ToolView;
      return { json, text: describe(json) };
    }));

  command('remove', 'Launch a tool no more. Results that it has reported stay.').argument('<tool>', 'its name or client id').action(serverAction(env, finish, async (ask, _flags, tool) => {
    await ask('DELETE', pathOf(tool));
    return { json: { removed: tool }, text: `${tool} is launched no more.` };
  }));

  return tools;
}

const pathOf = (tool: string): string => `/lti-platform/tools/${encodeURIComponent(tool)}`;

function serviceOf(name: string): string {
  const scope = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  if (scope === undefined) throw new InvalidArgumentError(`It must be one of ${Object.keys(SERVICES).join(', ')}.`);
  return scope;
}

const servicesOf = ({ scopes }: ToolView): string => Object.entries(SERVICES).filter(([, scope]) => scopes.includes(scope)).map(([name]) => name).join(' ');

async function keysOf({ jwks, publicKey }: { readonly jwks?: string | undefined; readonly publicKey?: string | undefined }): Promise<object> {
  if ((jwks === undefined) === (publicKey === undefined)) throw new CommandError('option-invalid', 'Say where the tool’s keys are: either --jwks or --public-key.', { field: '--jwks' });
  if (publicKey === undefined) return { jwksUrl: jwks };
  const pem = await readFile(publicKey, 'utf8').catch((cause: unknown) => {
    throw new CommandError('file-unreadable', 'The file of the public key cannot be read.', { file: publicKey, field: '--public-key', cause });
  });
  return { publicKey: pem };
}

/** What people copy into the tool's settings, in the words that tools use. */
function describe(tool: ToolView): string {
  const { issuer, authorizationUrl, tokenUrl, jwksUrl } = tool.platform;
  const rows = [
    ['Platform ID (issuer)', issuer], ['Client ID', tool.clientId], ['Deployment ID', tool.deploymentId], ['Authentication request URL', authorizationUrl], ['Access token URL', tokenUrl], ['Public keyset URL', jwksUrl],
    ['Services', servicesOf(tool) || 'none'], ['Learners', tool.identity],
  ] as const;
  return [tool.name, ...rows.map(([name, value]) => `  ${name.padEnd(27)} ${value}`)].join('\n');
}
