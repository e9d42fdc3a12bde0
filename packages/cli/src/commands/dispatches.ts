import { Command, InvalidArgumentError } from 'commander';
import { serverAction, type Answer, type AnswerFlags } from '../server-action.js';
import { withServerOptions, type Env } from '../server-client.js';
import { table } from '../table.js';
import { titleOf, type DispatchView } from './dispatch.js';

interface Seat {
  readonly learner: string;
  readonly lastAt: string;
  readonly completed: boolean;
  readonly success?: string;
  readonly score?: number;
  readonly progress: number;
  readonly seconds: number;
}

interface ChangeFlags extends AnswerFlags {
  readonly seats?: number | null;
  readonly until?: string;
  readonly institution?: string;
}

/** `lectern dispatches …`: the licences of a running server, and what came of them. */
export function dispatchesCommand(env: Env, finish: (code: number) => void): Command {
  const dispatches = new Command('dispatches').description('Licences for courses that are shown in other LMSs: list, report, change, revoke, restore.');
  const command = (name: string, description: string): Command => withServerOptions(dispatches.command(name).description(description), env).option('--json', 'print JSON');

  command('list', 'List the licences.')
    .option('--institution <name>', 'only of this one')
    .action(serverAction<ChangeFlags>(env, finish, async (ask, { institution }) => {
      const json = (await ask('GET', `/dispatches${institution === undefined ? '' : `?${new URLSearchParams({ institution }).toString()}`}`)) as { dispatches: DispatchView[] };
      return { json, text: json.dispatches.length === 0 ? 'Nothing is dispatched. Begin with "lectern dispatch".' : table(['id', 'institution', 'course', 'places', 'until', 'state'], json.dispatches.map(row)) };
    }));
  command('report', 'Tell what the learners of a licence have done, by their pseudonyms.').argument('<id>')
    .action(serverAction<AnswerFlags>(env, finish, async (ask, _flags, id) => {
      const json = (await ask('GET', `/dispatches/${encodeURIComponent(id)}`)) as DispatchView & { learners: Seat[] };
      return { json, text: describe(json) };
    }));
  command('change', 'Change how many may learn, and until when.').argument('<id>')
    .option('--seats <number>', 'how many; "any" takes the limit away', seats)
    .option('--until <time>', 'until when, as RFC 3339; "always" takes the end away')
    .action(serverAction<ChangeFlags>(env, finish, async (ask, { seats: places, until }, id) => one(await ask('PATCH', `/dispatches/${encodeURIComponent(id)}`, {
      ...(places === undefined ? {} : { seats: places }),
      ...(until === undefined ? {} : { until: until === 'always' ? null : until }),
    }))));
  for (const [name, description, revoked] of [['revoke', 'Withdraw a licence: nobody can launch under it any more.', true], ['restore', 'Give a licence back.', false]] as const) {
    command(name, description).argument('<id>').action(serverAction<AnswerFlags>(env, finish, async (ask, _flags, id) => one(await ask('PATCH', `/dispatches/${encodeURIComponent(id)}`, { revoked }))));
  }
  return dispatches;
}

const one = (json: unknown): Answer => ({ json, text: table(['id', 'institution', 'course', 'places', 'until', 'state'], [row(json as DispatchView)]) });

const row = (view: DispatchView): string[] => [view.id, view.institution, titleOf(view), `${view.used} of ${view.seats ?? 'any'}`, view.until ?? 'always', view.revokedAt === undefined ? 'open' : `revoked ${view.revokedAt}`];

function describe(view: DispatchView & { readonly learners: readonly Seat[] }): string {
  const { learners } = view;
  const done = learners.filter(({ completed }) => completed).length;
  const head = `${titleOf(view)}, ${view.institution}: ${view.used} of ${view.seats ?? 'any'} places, ${done} completed, ${learners.filter(({ success }) => success === 'passed').length} passed`;
  if (learners.length === 0) return head;
  const rows = learners.map(({ learner, lastAt, completed, success, score, progress, seconds }) => [
    learner.slice(0, 12), success ?? (completed ? 'completed' : 'begun'), score === undefined ? '' : String(score), `${Math.round(progress * 100)} %`, `${Math.round(seconds / 60)} min`, lastAt,
  ]);
  return `${head}\n\n${table(['learner', 'state', 'score', 'progress', 'time', 'last'], rows)}`;
}

function seats(text: string): number | null {
  if (text === 'any') return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0, or "any".');
  return value;
}
