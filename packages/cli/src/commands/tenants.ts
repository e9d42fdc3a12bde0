import type { MadeKey, Tenant } from '@lectern/server';
import { Command } from 'commander';
import { describeMadeKey } from '../describe-key.js';
import { serverAction } from '../server-action.js';
import { withServerOptions, type Env } from '../server-client.js';
import { table } from '../table.js';

/** `lectern tenants …`: with the installation's key. */
export function tenantsCommand(env: Env, finish: (code: number) => void): Command {
  const tenants = new Command('tenants').description('List, create, suspend and resume tenants, with the installation’s key.');
  const command = (name: string, description: string): Command => withServerOptions(tenants.command(name).description(description), env).option('--json', 'print JSON');

  command('list', 'List tenants.').action(serverAction(env, finish, async (ask) => {
    const { tenants: json } = (await ask('GET', '/tenants')) as { tenants: Tenant[] };
    const rows = json.map(({ id, name, createdAt, suspendedAt }) => [String(id), suspendedAt === undefined ? 'open' : `suspended ${suspendedAt}`, createdAt, name]);
    return { json, text: table(['ID', 'STATE', 'CREATED', 'NAME'], rows) };
  }));

  command('create', 'Make a tenant and its first administrator’s key, whose secret is shown this once.').argument('<name>').action(serverAction(env, finish, async (ask, _flags, name) => {
    const json = (await ask('POST', '/tenants', { name })) as Tenant & { readonly key: MadeKey };
    return { json, text: `Tenant  ${json.id} (${json.name})\n${describeMadeKey(json.key)}` };
  }));

  for (const [act, description, done] of [['suspend', 'Let nothing of a tenant in; what it has stays.', 'is let in nowhere'], ['resume', 'Let a tenant in again.', 'is let in again']] as const) {
    command(act, description).argument('<id>').action(serverAction(env, finish, async (ask, _flags, id) => {
      const json = (await ask('POST', `/tenants/${encodeURIComponent(id)}/${act}`)) as Tenant;
      return { json, text: `${json.name} ${done}.` };
    }));
  }

  command('key', 'Make another administrator’s key for a tenant that has lost its own.').argument('<id>').action(serverAction(env, finish, async (ask, _flags, id) => {
    const json = (await ask('POST', `/tenants/${encodeURIComponent(id)}/keys`)) as MadeKey;
    return { json, text: describeMadeKey(json) };
  }));

  return tenants;
}
