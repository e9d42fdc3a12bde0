import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CoreError } from '../errors/core-error.js';
import { parseSimulation } from './parse-simulation.js';
import { smallSimulation } from './simulation.fixture.js';

/** The fixture with the value at a path replaced, or removed where it is undefined. */
function changed(path: string, value: unknown): unknown {
  const root = structuredClone(smallSimulation());
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, root);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return root;
}

describe('parseSimulation', () => {
  it('reads a whole description, fills in defaults and freezes it', () => {
    const simulation = parseSimulation(changed('scoring', undefined));
    assert.equal(simulation.steps.length, 3);
    assert.equal(simulation.scoring.hintPenalty, 0);
    assert.deepEqual(simulation.steps[0]!.effect, [{ node: 'key', translate: [0, 1, 0], durationMs: 300 }]);
    assert.ok(Object.isFrozen(simulation.steps[1]!.action));
  });

  it('keeps nothing of the input, so that a later change there changes nothing here', () => {
    const json = smallSimulation();
    const simulation = parseSimulation(json);
    (json['title'] as Record<string, string>)['en'] = 'Other';
    assert.deepEqual(simulation.title, { en: 'Title', 'zh-CN': '标题' });
    assert.ok(!Object.isFrozen(json['title']));
  });

  it('lets authors keep notes of their own and name the schema', () => {
    const simulation = parseSimulation({ ...smallSimulation(), $schema: './simulation.schema.json', 'x-author': 'me' });
    assert.ok(!('x-author' in simulation));
  });

  const faults: [path: string, value: unknown, field: string][] = [
    ['id', undefined, 'id'],
    ['id', ' ', 'id'],
    ['title', {}, 'title'],
    ['title', { 'not a tag': 'x' }, 'title.not a tag'],
    ['title', { en: 3 }, 'title.en'],
    ['model.src', 'javascript:alert(1)', 'model.src'],
    ['model.src', ' data:model/gltf-binary;base64,AA', 'model.src'],
    ['model.src', 'java\tscript:alert(1)', 'model.src'],
    ['model.alt', undefined, 'model.alt'],
    ['model.cameraOrbit', '0deg; }', 'model.cameraOrbit'],
    ['parts', [], 'parts'],
    ['parts', 'key', 'parts'],
    ['parts.0', null, 'parts[0]'],
    ['parts.1.id', 'key', 'parts[1].id'],
    ['parts.0.id', 'a b', 'parts[0].id'],
    ['parts.0.position', '0 0', 'parts[0].position'],
    ['parts.0.position', '0 0 nope', 'parts[0].position'],
    ['steps', [], 'steps'],
    ['steps.1.id', 'one', 'steps[1].id'],
    ['steps.0.action.part', 'nobody', 'steps[0].action.part'],
    ['steps.0.action.type', 'smash', 'steps[0].action.type'],
    ['steps.0.action.target', 3, 'steps[0].action.target'],
    ['steps.0.maxScore', -1, 'steps[0].maxScore'],
    ['steps.0.maxScore', '10', 'steps[0].maxScore'],
    ['steps.0.penalty', NaN, 'steps[0].penalty'],
    ['steps.0.expectSeconds', 0, 'steps[0].expectSeconds'],
    ['steps.0.effect.0.durationMs', 1e9, 'steps[0].effect[0].durationMs'],
    ['steps.0.effect.0.translate', [1, 2], 'steps[0].effect[0].translate'],
    ['steps.0.effect.0.translate', [1, 2, Infinity], 'steps[0].effect[0].translate'],
    ['steps.0.effect.0.color', 'red', 'steps[0].effect[0].color'],
    ['steps.0.effect.0.spin', { axis: 'w', rpm: 1 }, 'steps[0].effect[0].spin.axis'],
    ['steps.0.effect.0.tranlate', [0, 0, 0], 'steps[0].effect[0].tranlate'],
    ['steps.1.action.step', 0, 'steps[1].action.step'],
    ['steps.1.action.max', 0, 'steps[1].action.max'],
    ['steps.1.action.target', 2, 'steps[1].action.target'],
    ['steps.1.action.target', 0.35, 'steps[1].action.target'],
    ['steps.1.action.tolerance', -1, 'steps[1].action.tolerance'],
    ['steps.1.action.initial', 9, 'steps[1].action.initial'],
    ['steps.2.action.options', [{ id: 'a', title: 'A', correct: true }], 'steps[2].action.options'],
    ['steps.2.action.options.1.correct', false, 'steps[2].action.options'],
    ['steps.2.action.options.1.correct', 'yes', 'steps[2].action.options[1].correct'],
    ['steps.2.action.options.1.id', 'a', 'steps[2].action.options[1].id'],
    ['passingScore', 70, 'passingScore'],
    ['timeLimitSeconds', 0, 'timeLimitSeconds'],
    ['scoring.hintPenalty', -2, 'scoring.hintPenalty'],
    ['surprise', 1, 'surprise'],
  ];
  for (const [path, value, field] of faults) {
    it(`refuses ${path} = ${JSON.stringify(value) ?? 'nothing'}`, () => {
      assert.throws(
        () => parseSimulation(changed(path, value)),
        (error) => error instanceof CoreError && error.code === 'simulation-invalid' && error.field === field,
      );
    });
  }

  it('refuses what is not an object, and one where no step is worth anything', () => {
    for (const value of [null, undefined, 3, 'x', [], () => 1]) assert.throws(() => parseSimulation(value), { code: 'simulation-invalid' });
    const worthless = smallSimulation();
    for (const step of worthless['steps'] as Record<string, unknown>[]) step['maxScore'] = 0;
    assert.throws(() => parseSimulation(worthless), { code: 'simulation-invalid', field: 'steps' });
  });

  it('takes no field from the prototype', () => {
    const json = JSON.parse('{"__proto__": {"id": "sly"}}') as unknown;
    assert.throws(() => parseSimulation(json), { code: 'simulation-invalid' });
    assert.throws(() => parseSimulation(Object.create(smallSimulation())), { code: 'simulation-invalid' });
  });
});
