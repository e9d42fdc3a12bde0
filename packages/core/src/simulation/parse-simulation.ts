import type { CoreErrorCode } from '../errors/core-error.js';
import { JsonReader } from '../json/json-reader.js';
import type { ChooseOption, Simulation, SimulationEffect, SimulationModel, SimulationPart, SimulationStep, StepAction } from './simulation.js';

const CODE: CoreErrorCode = 'simulation-invalid';
const NUMBER = String.raw`-?(\d+\.?\d*|\.\d+)(e-?\d+)?`;
const POINT = new RegExp(`^\\s*${NUMBER}m?\\s+${NUMBER}m?\\s+${NUMBER}m?\\s*$`);
/** Numbers with units, `auto`, `calc()` and `env()` as `<model-viewer>` takes them. */
const CAMERA = /^[-+\w.%()*/ ]{1,120}$/;
const COLOR = /^#[0-9a-fA-F]{6}$/;

/**
 * Reads a simulation's description. Defaults are filled in (`scoring.hintPenalty` 0) and the result is frozen.
 *
 * @param json a parsed JSON value, from anywhere
 * @throws CoreError `simulation-invalid` with the path of the fault in `field`
 */
export function parseSimulation(json: unknown): Simulation {
  const root = new JsonReader(json, '', CODE);
  root.has('$schema');
  const parts = root.list('parts', { min: 1, max: 200 }, readPart);
  const partIds = unique(root, 'parts', parts);
  const steps = root.list('steps', { min: 1, max: 200 }, (step) => readStep(step, partIds));
  unique(root, 'steps', steps);
  if (!steps.some((step) => step.maxScore > 0)) root.fail('steps', 'must have a step whose maxScore is above 0');
  const simulation: Simulation = {
    id: root.string('id', { max: 500 }),
    title: root.text('title'),
    ...optional('description', root.optional('description', (field) => root.text(field))),
    model: readModel(root.object('model')),
    parts,
    steps,
    passingScore: root.number('passingScore', { min: 0, max: 1 }),
    ...optional('timeLimitSeconds', root.optional('timeLimitSeconds', (field) => root.number(field, { above: 0 }))),
    scoring: { hintPenalty: root.optional('scoring', () => readHintPenalty(root.object('scoring'))) ?? 0 },
  };
  root.end();
  return freeze(simulation);
}

function readModel(model: JsonReader): SimulationModel {
  const camera = (field: string) => model.string(field, { pattern: CAMERA });
  const result: SimulationModel = {
    src: model.url('src'),
    alt: model.text('alt'),
    ...optional('poster', model.optional('poster', (field) => model.url(field))),
    ...optional('cameraOrbit', model.optional('cameraOrbit', camera)),
    ...optional('cameraTarget', model.optional('cameraTarget', camera)),
    ...optional('fieldOfView', model.optional('fieldOfView', camera)),
    ...optional('exposure', model.optional('exposure', (field) => model.number(field, { above: 0, max: 10 }))),
    ...optional('shadowIntensity', model.optional('shadowIntensity', (field) => model.number(field, { min: 0, max: 1 }))),
  };
  model.end();
  return result;
}

function readPart(part: JsonReader): SimulationPart {
  return {
    id: part.id('id'),
    node: part.string('node', { max: 200 }),
    title: part.text('title'),
    ...optional('description', part.optional('description', (field) => part.text(field))),
    position: part.string('position', { max: 100, pattern: POINT }),
    normal: part.string('normal', { max: 100, pattern: POINT }),
  };
}

function readStep(step: JsonReader, partIds: ReadonlySet<string>): SimulationStep {
  return {
    id: step.id('id'),
    title: step.text('title'),
    instruction: step.text('instruction'),
    ...optional('hint', step.optional('hint', (field) => step.text(field))),
    ...optional('explanation', step.optional('explanation', (field) => step.text(field))),
    action: readAction(step.object('action'), partIds),
    ...optional('effect', step.optional('effect', (field) => step.list(field, { min: 1, max: 50 }, readEffect))),
    ...optional('camera', step.optional('camera', (field) => readCamera(step.object(field)))),
    maxScore: step.number('maxScore', { min: 0 }),
    expectSeconds: step.number('expectSeconds', { above: 0 }),
    penalty: step.number('penalty', { min: 0 }),
  };
}

function readCamera(camera: JsonReader): { orbit?: string; target?: string } {
  const read = (field: string) => camera.string(field, { pattern: CAMERA });
  const result = { ...optional('orbit', camera.optional('orbit', read)), ...optional('target', camera.optional('target', read)) };
  camera.end();
  return result;
}

function readAction(action: JsonReader, partIds: ReadonlySet<string>): StepAction {
  const type = action.oneOf('type', ['activate', 'set', 'choose']);
  const part = action.id('part');
  if (!partIds.has(part)) action.fail('part', `names no part: there is no "${part}"`);
  const result: StepAction =
    type === 'activate'
      ? { type, part }
      : type === 'choose'
        ? { type, part, options: readOptions(action) }
        : {
            type,
            part,
            ...optional('label', action.optional('label', (field) => action.text(field))),
            ...optional('unit', action.optional('unit', (field) => action.text(field))),
            ...readRange(action),
          };
  action.end();
  return result;
}

function readOptions(action: JsonReader): readonly ChooseOption[] {
  const options = action.list('options', { min: 2, max: 12 }, (option) => ({
    id: option.id('id'),
    title: option.text('title'),
    correct: option.boolean('correct'),
    ...optional('feedback', option.optional('feedback', (field) => option.text(field))),
  }));
  unique(action, 'options', options);
  if (!options.some((option) => option.correct)) action.fail('options', 'must have one that is correct');
  return options;
}

function readRange(action: JsonReader) {
  const min = action.number('min');
  const max = action.number('max', { above: min });
  const step = action.number('step', { above: 0 });
  const target = action.number('target', { min, max });
  const tolerance = action.number('tolerance', { min: 0 });
  const initial = action.optional('initial', (field) => action.number(field, { min, max }));
  // A control moves by `step` from `min`: a target it can never meet would trap the learner.
  const steps = Math.floor((max - min) / step + 1e-9);
  const nearest = min + Math.min(steps, Math.round((target - min) / step)) * step;
  if (!isWithin(nearest, target, tolerance)) action.fail('target', 'cannot be reached from min by whole steps');
  return { min, max, step, target, tolerance, ...optional('initial', initial) };
}

/** Whether a value is right. The allowance is for decimal steps such as 0.1, whose sums are not exact. */
export function isWithin(value: number, target: number, tolerance: number): boolean {
  return Math.abs(value - target) <= tolerance + 1e-9;
}

function readEffect(effect: JsonReader): SimulationEffect {
  return {
    node: effect.string('node', { max: 200 }),
    ...optional('translate', effect.optional('translate', (field) => effect.vector(field))),
    ...optional('rotate', effect.optional('rotate', (field) => effect.vector(field))),
    ...optional('spin', effect.optional('spin', (field) => readSpin(effect.object(field)))),
    ...optional('visible', effect.optional('visible', (field) => effect.boolean(field))),
    ...optional('color', effect.optional('color', (field) => effect.string(field, { pattern: COLOR }))),
    durationMs: effect.number('durationMs', { min: 0, max: 60_000 }),
  };
}

function readSpin(spin: JsonReader) {
  const result = { axis: spin.oneOf('axis', ['x', 'y', 'z']), rpm: spin.number('rpm', { min: -10_000, max: 10_000 }) };
  spin.end();
  return result;
}

function readHintPenalty(scoring: JsonReader): number | undefined {
  const penalty = scoring.optional('hintPenalty', (field) => scoring.number(field, { min: 0 }));
  scoring.end();
  return penalty;
}

function unique(reader: JsonReader, field: string, items: readonly { readonly id: string }[]): ReadonlySet<string> {
  const seen = new Set<string>();
  items.forEach(({ id }, index) => {
    if (seen.has(id)) reader.fail(`${field}[${index}].id`, `is used twice: "${id}"`);
    seen.add(id);
  });
  return seen;
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) freeze(child);
  }
  return value;
}
