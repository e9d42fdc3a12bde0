import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listUnits, type Course, type NavigationOutcome, type NavigationRequest, type ScormUnit, type Session, type StateContent } from '@lectern/core';
import { createScorm2004 } from '../frame/scorm-2004.js';
import type { CmiTree } from '../frame/protocol.js';
import type { ScormModel } from '../frame/scorm-model.js';
import { parseXml } from '../package/xml.js';
import { readScormManifest } from '../scorm/manifest.js';
import { fromDocument, SCORM_STATE_ID } from '../scorm/document.js';
import { ScormRecorder } from '../scorm/recorder.js';
import { hasSuite, suiteCases, type SuiteCase, type SuiteCommand, type SuiteVisit } from './adl-suite.fixture.js';
import { SequencedNavigation } from './sequenced-navigation.js';

type Api = Readonly<Record<'Initialize' | 'Terminate' | 'Commit' | 'GetValue' | 'SetValue' | 'GetLastError' | 'GetErrorString' | 'GetDiagnostic', (...args: unknown[]) => string>>;

/** A learner's record in memory. */
function memory() {
  const documents = new Map<string, StateContent>();
  const key = ({ activityId = '', stateId = '', profileId = '' }: { activityId?: string; stateId?: string; profileId?: string }): string => `${activityId} ${stateId} ${profileId}`;
  const stored = { reached: () => Promise.resolve() };
  const connection = {
    learner: { objectType: 'Agent', account: { homePage: 'https://uni.example', name: 'm' }, name: 'm' },
    launchMode: 'Normal',
    capabilities: { state: true, profiles: true },
    loadState: (at: object) => Promise.resolve(documents.get(key(at))),
    saveState: (at: object, content: StateContent) => (documents.set(key(at), structuredClone(content)), stored),
    loadProfile: (at: object) => Promise.resolve(documents.get(key(at))),
    saveProfile: (at: object, content: StateContent) => (documents.set(key(at), { ...documents.get(key(at)), ...structuredClone(content) }), stored),
  };
  const session = { connection, getState: () => ({ units: {} }), subscribe: () => () => undefined } as unknown as Session;
  return { documents, connection, session };
}

/** The player, without its picture. */
class Player {
  readonly #course: Course;
  readonly #units: ReadonlyMap<string, ScormUnit>;
  readonly #memory: ReturnType<typeof memory>;
  navigation!: SequencedNavigation;
  outcome: NavigationOutcome | undefined;
  api: Api | undefined;
  #asked: NavigationRequest | undefined;
  #recorder: ScormRecorder | undefined;
  #model: ScormModel | undefined;
  #seq = 0;
  #launches = 0;
  #terminated = false;

  constructor(course: Course, record: ReturnType<typeof memory>) {
    this.#memory = record;
    this.#course = course;
    this.#units = new Map(listUnits(course).map((unit) => [unit.id, unit as ScormUnit]));
  }

  get unit(): ScormUnit | undefined {
    return this.outcome?.type === 'deliver' ? this.#units.get(this.outcome.unitId) : undefined;
  }

  async launch(wanted?: string): Promise<void> {
    this.navigation = await SequencedNavigation.open({ course: this.#course, session: this.#memory.session, random: () => 0.5 });
    await this.#arrive(this.navigation.begin(wanted, true));
  }

  async go(request: NavigationRequest): Promise<NavigationOutcome> {
    const outcome = await this.navigation.request(request, () => this.#leave());
    if (outcome.type !== 'refused') await this.#arrive(outcome);
    return outcome;
  }

  /** What the SCO asked for when it terminated. */
  async follow(): Promise<void> {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked) await this.go(asked);
  }

  /** As the frame does a moment after a change. */
  async commit(): Promise<void> {
    if (!this.#terminated && this.api && this.#model?.running) await this.#record(this.#model.snapshot(), false);
    const validity = this.unit && this.navigation.activity(this.unit.id)?.validity();
    if (validity) this.#model?.allow?.(validity);
  }

  async #leave(): Promise<void> {
    if (!this.#terminated && this.#model?.running) this.api?.Terminate('');
    await this.#pending;
  }

  #pending: Promise<unknown> = Promise.resolve();

  #record(cmi: CmiTree, terminated: boolean): Promise<unknown> {
    const stores = this.#model?.stores ? { stores: this.#model.stores() } : {};
    return (this.#pending = this.#recorder!.record({ launch: `l${this.#launches}`, seq: ++this.#seq, at: 1, initializedAt: 1, terminated, cmi: structuredClone(cmi), ...stores }));
  }

  async #arrive(outcome: NavigationOutcome): Promise<void> {
    this.outcome = outcome;
    this.api = this.#model = undefined;
    const { unit } = this;
    if (!unit || unit.kind !== 'scorm') return;
    const activity = this.navigation.activity(unit.id);
    const connection = this.#memory.connection as never;
    const saved = fromDocument(await this.#memory.connection.loadState({ activityId: (await import('@lectern/core')).unitActivityId(this.#course, unit), stateId: SCORM_STATE_ID }));
    this.#recorder = new ScormRecorder({ course: this.#course, unit, connection, saved, activity, dispatch: () => undefined, failed: (error) => assert.fail(String(error)) });
    const { cmi, adl } = this.#recorder.hydrate();
    this.#launches += 1;
    this.#seq = 0;
    this.#terminated = false;
    this.#asked = undefined;
    this.#model = createScorm2004(structuredClone(cmi), structuredClone(adl ?? {}), {
      initialized: () => undefined,
      changed: () => undefined,
      commit: (tree, terminating) => {
        if (terminating) this.#terminated = true;
        void this.#record(tree, terminating);
        return true;
      },
      terminated: () => undefined,
      navigate: (request) => void (this.#asked = request),
      longSuspendData: () => undefined,
    });
    this.api = this.#model.api as unknown as Api;
  }
}

const numberOf = (unit: ScormUnit | undefined): number | undefined => {
  const match = /[?&]act=(\d+)/.exec(unit?.href ?? '') ?? /(\d+)\s*$/.exec(String(unit?.title ?? ''));
  return match ? Number(match[1]) : undefined;
};

const LONG = /^A characterstring value less than 255 characters$/;

async function play(suite: SuiteCase, record: ReturnType<typeof memory>): Promise<string[]> {
  const wrong: string[] = [];
  const { course } = readScormManifest(await parseXml(suite.manifest), { id: `urn:adl:${suite.name}`, files: undefined as never });
  const nodes: { id: string; title: string }[] = [];
  const stack = [...course.children];
  for (let node = stack.shift(); node; node = stack.shift()) {
    nodes.push({ id: node.id, title: String(node.title) });
    if (node.type === 'block') stack.push(...node.children);
  }
  const idOf = (title: string): string | undefined => (title.startsWith('the activity that corresponds to the root') ? (course.sequencing?.rootId ?? '') : nodes.find((node) => node.title.trim() === title.trim())?.id);
  const player = new Player(course, record);
  await player.launch(suite.start === '.' ? undefined : idOf(suite.start));
  for (const [index, visit] of suite.visits.entries()) {
    const at = `Act${visit.activity}V${visit.visit}`;
    if (numberOf(player.unit) !== visit.activity) {
      wrong.push(`${at}: delivered ${player.unit ? String(player.unit.title) : JSON.stringify(player.outcome)}`);
      return wrong;
    }
    wrong.push(...ask(player, visit, idOf).map((line) => `${at}: ${line}`));
    const { api } = player;
    for (const command of api ? visit.commands : []) {
      const found = run(api!, command);
      if (found) wrong.push(`${at}: ${command.line} -> ${found}`);
      await player.commit();
    }
    if (player.api && visit.control === undefined) {
      player.api.Terminate('');
      await player.follow();
    }
    await control(player, visit, suite.visits[index + 1], idOf, course);
  }
  return wrong;
}

async function control(player: Player, { control: what }: SuiteVisit, next: SuiteVisit | undefined, idOf: (title: string) => string | undefined, _course: Course): Promise<void> {
  if (what === undefined) return;
  const [word, target = ''] = what.split('~') as [string, string?];
  if (word === 'Continue') await player.go({ request: 'continue' });
  else if (word === 'Previous') await player.go({ request: 'previous' });
  else if (word === 'Choice' || word === 'ChoiceExit') await player.go({ request: 'choice', target: idOf(target) ?? '?' });
  else if (next === undefined) {
    player.api?.Terminate('');
    await player.follow();
    await player.go({ request: 'exitAll' });
  }
  else if (word === 'RootSX4b') {
    player.api?.Terminate('');
    await player.follow();
    await player.go({ request: 'choice', target: idOf('the activity that corresponds to the root')! });
  } else if (word === 'ContinueExitCM8') {
    await player.go({ request: 'continue' });
    await player.launch();
  } else if (/^(APIt|DMIt)/.test(word)) {
    await player.go({ request: 'choice', target: idOf(`${word.startsWith('API') ? 'API Implementation Test' : 'Data Model Implementation Test'} ${word.at(-1)}`)! });
  } else if (/^(exitlaunch|Exit|RelaunchCM11)/.test(word)) {
    await player.go({ request: 'exitAll' });
    await player.launch();
  } else if (word.startsWith('Suspend')) {
    await player.go({ request: 'suspendAll' });
    await player.launch();
  } else {
    // The learner leaves, logs out and comes back; where the content has ended the attempt itself, there is nothing to leave.
    player.api?.Terminate('');
    await player.follow();
    if (player.outcome?.type === 'deliver') await player.go({ request: 'suspendAll' });
    const chosen = { DMBxAct: 'Data Model Behavior Test 1', RelaunchCM10: 'Activity 4' }[word];
    await player.launch(chosen === undefined ? undefined : idOf(chosen));
  }
}

function ask(player: Player, { questions }: SuiteVisit, idOf: (title: string) => string | undefined): string[] {
  return questions.flatMap(([question, yes]) => {
    const [kind, title = ''] = question.split('@') as [string, string?];
    const id = title ? idOf(title) : undefined;
    const opening = id === undefined ? undefined : player.navigation.canOpen(id);
    const step = (request: 'continue' | 'previous'): boolean => {
      const { allowed, hidden } = player.navigation.step(request);
      return allowed && hidden !== true;
    };
    const answers: Record<string, boolean | undefined> = {
      'toc.enabled.selectable': opening && opening.allowed && opening.hidden !== true,
      'toc.visible': opening && opening.hidden !== true,
      'continue.enabled': step('continue'), 'continue.disabled': !step('continue'), 'previous.enabled': step('previous'), 'previous.disabled': !step('previous'),
    };
    const answer = answers[kind];
    return answer === undefined ? [] : answer === yes ? [] : [`${question} is ${answer}`];
  });
}

/** Objectives and stores are named in the suite, and numbered in the data model. */
function idsIn(api: Api, list: string): string[] {
  return Array.from({ length: Number(api.GetValue(`${list}._count`)) }, (_, index) => api.GetValue(`${list}.${index}.id`));
}

function run(api: Api, command: SuiteCommand): string | undefined {
  const { method, value, expected, error } = command;
  if (method === 'COI') {
    const found = idsIn(api, 'cmi.objectives').sort().join(',');
    return found === error.split(',').sort().join(',') ? undefined : `objectives ${found}`;
  }
  const argument = command.argument.replace(/^(.*?)\.&([^&]+)&/, (_all, list: string, id: string) => {
    const ids = idsIn(api, list);
    const index = ids.indexOf(id);
    return `${list}.${index < 0 ? ids.length : index}`;
  });
  const call: Readonly<Record<string, () => string>> = {
    I: () => api.Initialize(argument), T: () => api.Terminate(argument), C: () => api.Commit(argument), GET: () => api.GetValue(argument), SET: () => api.SetValue(argument, value),
    GES: () => api.GetErrorString(argument), GLE: () => api.GetLastError(), GeDi: () => api.GetDiagnostic(argument),
  };
  if (!call[method]) return undefined; // one line of the suite has no call
  const result = call[method]();
  const code = api.GetLastError();
  // A response may say its defaults, or leave them out.
  const alike = (text: string): string => (/^GET.*!TY\.(f|p|m|lf)->/.test(command.line) ? text.replace(/\{(case_matters|order_matters|lang)=[^}]*\}/g, '') : /_children$/.test(argument) ? text.split(',').sort().join(',') : text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text);
  // Where the suite expects nothing, it only wants an answer.
  const same = expected === 'Returned a valid value or error code' || alike(result) === alike(expected) || (method === 'GET' && expected === '') || (LONG.test(expected) && result.length < 255) || (expected === 'An empty characterstring value' && result === '');
  return same && (code === error || expected.startsWith('Returned a valid')) ? undefined : `"${result.slice(0, 60)}" ${code}, not "${expected.slice(0, 60)}" ${error}`;
}

// Packages of one number follow one another in one learner's record: their objectives outlive each course.
const records = new Map<string, ReturnType<typeof memory>>();
for (const suite of hasSuite ? suiteCases() : []) {
  test(`ADL 2004 4th Edition, ${suite.name}`, async () => {
    const chain = suite.name.replace(/[a-z]+$/, '');
    if (!records.has(chain)) records.set(chain, memory());
    assert.deepEqual(await play(suite, records.get(chain)!), []);
  });
}
test('the suite of ADL is beside the project', { skip: hasSuite ? false : 'it is looked for in ../shared/fixtures/adl-2004-4ed' }, () => assert.ok(hasSuite));
