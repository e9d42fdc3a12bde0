import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CmiTree } from './protocol.js';
import { createScorm12 } from './scorm-12.js';

type Api = Record<'LMSInitialize' | 'LMSFinish' | 'LMSGetValue' | 'LMSSetValue' | 'LMSCommit' | 'LMSGetLastError' | 'LMSGetErrorString' | 'LMSGetDiagnostic', (...args: unknown[]) => unknown>;

const HYDRATED: CmiTree = {
  core: { student_id: 'learner-1', student_name: 'Doe, Jane', lesson_mode: 'normal', credit: 'credit', entry: 'ab-initio', lesson_status: 'not attempted', total_time: '0000:00:00.00' },
  student_data: { mastery_score: '80', max_time_allowed: '01:00:00', time_limit_action: 'exit,message' },
  launch_data: 'x',
  comments_from_lms: 'y',
};

async function open(hydrated: CmiTree = HYDRATED) {
  const commits: CmiTree[] = [];
  const model = await createScorm12(hydrated, { initialized: () => undefined, changed: () => undefined, commit: (cmi) => (commits.push(cmi), true), terminated: () => undefined, navigate: () => undefined, longSuspendData: () => undefined });
  const api = model.api as unknown as Api;
  return {
    api,
    commits,
    get: (element: unknown) => `${JSON.stringify(api.LMSGetValue(element))} ${String(api.LMSGetLastError())}`,
    set: (element: unknown, value: unknown) => `${String(api.LMSSetValue(element, value))} ${String(api.LMSGetLastError())}`,
    call: (name: keyof Api, ...args: unknown[]) => `${String(api[name](...args))} ${String(api.LMSGetLastError())}`,
  };
}

async function running(hydrated?: CmiTree) {
  const opened = await open(hydrated);
  assert.equal(opened.call('LMSInitialize', ''), 'true 0');
  return opened;
}

describe('the data model of SCORM 1.2, element by element (RTE 3.4.4)', () => {
  it('is read as it begins', async () => {
    const { get } = await running();
    for (const [element, wanted] of [
      ['cmi._version', '"3.4" 0'],
      ['cmi.core._children', '"student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,session_time" 0'],
      ['cmi.core.student_id', '"learner-1" 0'],
      ['cmi.core.student_name', '"Doe, Jane" 0'],
      ['cmi.core.lesson_location', '"" 0'],
      ['cmi.core.credit', '"credit" 0'],
      ['cmi.core.lesson_status', '"not attempted" 0'],
      ['cmi.core.entry', '"ab-initio" 0'],
      ['cmi.core.score._children', '"raw,min,max" 0'],
      ['cmi.core.score.raw', '"" 0'],
      ['cmi.core.score.max', '"" 0'],
      ['cmi.core.score.min', '"" 0'],
      ['cmi.core.total_time', '"00:00:00" 0'],
      ['cmi.core.lesson_mode', '"normal" 0'],
      ['cmi.core.exit', '"" 404'],
      ['cmi.core.session_time', '"" 404'],
      ['cmi.suspend_data', '"" 0'],
      ['cmi.launch_data', '"x" 0'],
      ['cmi.comments', '"" 0'],
      ['cmi.comments_from_lms', '"y" 0'],
      ['cmi.objectives._children', '"id,score,status" 0'],
      ['cmi.objectives._count', '"0" 0'],
      ['cmi.objectives.0.id', '"" 201'],
      ['cmi.student_data._children', '"mastery_score,max_time_allowed,time_limit_action" 0'],
      ['cmi.student_data.mastery_score', '"80" 0'],
      ['cmi.student_data.max_time_allowed', '"01:00:00" 0'],
      ['cmi.student_data.time_limit_action', '"exit,message" 0'],
      ['cmi.student_preference._children', '"audio,language,speed,text" 0'],
      ['cmi.student_preference.audio', '"" 0'],
      ['cmi.student_preference.language', '"" 0'],
      ['cmi.student_preference.speed', '"" 0'],
      ['cmi.student_preference.text', '"" 0'],
      ['cmi.interactions._children', '"id,objectives,time,type,correct_responses,weighting,student_response,result,latency" 0'],
      ['cmi.interactions._count', '"0" 0'],
      ['cmi.interactions.0.id', '"" 404'],
    ] as const) assert.equal(get(element), wanted, element);
  });

  it('is written, or refused with the code of the standard', async () => {
    const { set, get } = await running();
    for (const [element, value, wanted] of [
      ['cmi._version', '1', 'false 402'],
      ['cmi.core._children', 'x', 'false 402'],
      ['cmi.core.student_id', 'x', 'false 403'],
      ['cmi.core.student_name', 'x', 'false 403'],
      ['cmi.core.credit', 'credit', 'false 403'],
      ['cmi.core.entry', 'resume', 'false 403'],
      ['cmi.core.total_time', '00:00:01', 'false 403'],
      ['cmi.core.lesson_mode', 'normal', 'false 403'],
      ['cmi.launch_data', 's', 'false 403'],
      ['cmi.comments_from_lms', 'c', 'false 403'],
      ['cmi.student_data.mastery_score', '1', 'false 403'],
      ['cmi.student_data.max_time_allowed', '1', 'false 403'],
      ['cmi.student_data.time_limit_action', '1', 'false 403'],
      ['cmi.core.lesson_location', 'p1', 'true 0'],
      ['cmi.core.lesson_location', 'x'.repeat(255), 'true 0'],
      ['cmi.core.lesson_location', 'x'.repeat(256), 'false 405'],
      ['cmi.core.lesson_status', 'incomplete', 'true 0'],
      ['cmi.core.lesson_status', 'completed', 'true 0'],
      ['cmi.core.lesson_status', 'passed', 'true 0'],
      ['cmi.core.lesson_status', 'failed', 'true 0'],
      ['cmi.core.lesson_status', 'browsed', 'true 0'],
      ['cmi.core.lesson_status', 'Passed', 'false 405'],
      ['cmi.core.lesson_status', '', 'false 405'],
      ['cmi.core.score._children', 'x', 'false 402'],
      ['cmi.core.score.raw', '80', 'true 0'],
      ['cmi.core.score.raw', '80.5', 'true 0'],
      ['cmi.core.score.raw', '0', 'true 0'],
      ['cmi.core.score.raw', 'abc', 'false 405'],
      ['cmi.core.score.raw', '101', 'false 405'],
      ['cmi.core.score.raw', '-1', 'false 405'],
      ['cmi.core.score.min', '0', 'true 0'],
      ['cmi.core.score.max', '100', 'true 0'],
      ['cmi.core.exit', 'time-out', 'true 0'],
      ['cmi.core.exit', 'suspend', 'true 0'],
      ['cmi.core.exit', 'logout', 'true 0'],
      ['cmi.core.exit', '', 'true 0'],
      ['cmi.core.exit', 'later', 'false 405'],
      ['cmi.core.session_time', '00:00:30', 'true 0'],
      ['cmi.core.session_time', '0000:00:30.55', 'true 0'],
      ['cmi.core.session_time', 'PT30S', 'false 405'],
      ['cmi.suspend_data', 's', 'true 0'],
      ['cmi.suspend_data', 's'.repeat(4096), 'true 0'],
      ['cmi.comments', 'c', 'true 0'],
      ['cmi.objectives._children', '', 'false 402'],
      ['cmi.objectives._count', '1', 'false 402'],
      ['cmi.objectives.1.id', 'o', 'false 201'],
      ['cmi.objectives.0.id', 'obj1', 'true 0'],
      ['cmi.objectives.0.status', 'passed', 'true 0'],
      ['cmi.objectives.0.status', 'not attempted', 'true 0'],
      ['cmi.objectives.0.status', 'bad', 'false 405'],
      ['cmi.objectives.0.score._children', 'x', 'false 402'],
      ['cmi.objectives.0.score.raw', '10', 'true 0'],
      ['cmi.objectives.0.score.raw', '110', 'false 405'],
      ['cmi.objectives.0.score.min', '0', 'true 0'],
      ['cmi.objectives.0.score.max', '100', 'true 0'],
      ['cmi.objectives.2.id', 'x', 'false 201'],
      ['cmi.student_data._children', '1', 'false 402'],
      ['cmi.student_preference._children', '1', 'false 402'],
      ['cmi.student_preference.audio', '50', 'true 0'],
      ['cmi.student_preference.audio', '-1', 'true 0'],
      ['cmi.student_preference.audio', '101', 'false 405'],
      ['cmi.student_preference.audio', '-2', 'false 405'],
      ['cmi.student_preference.language', 'en', 'true 0'],
      ['cmi.student_preference.speed', '-100', 'true 0'],
      ['cmi.student_preference.speed', '101', 'false 405'],
      ['cmi.student_preference.text', '1', 'true 0'],
      ['cmi.student_preference.text', '2', 'false 405'],
      ['cmi.interactions._children', '', 'false 402'],
      ['cmi.interactions._count', '1', 'false 402'],
      ['cmi.interactions.1.id', 'q', 'false 201'],
      ['cmi.interactions.0.id', 'q1', 'true 0'],
      ['cmi.interactions.0.time', '10:00:00', 'true 0'],
      ['cmi.interactions.0.time', '25:00:00', 'false 405'],
      ['cmi.interactions.0.type', 'choice', 'true 0'],
      ['cmi.interactions.0.type', 'bad', 'false 405'],
      ['cmi.interactions.0.weighting', '1', 'true 0'],
      ['cmi.interactions.0.weighting', 'x', 'false 405'],
      ['cmi.interactions.0.student_response', 'a', 'true 0'],
      ['cmi.interactions.0.result', 'correct', 'true 0'],
      ['cmi.interactions.0.result', 'wrong', 'true 0'],
      ['cmi.interactions.0.result', 'unanticipated', 'true 0'],
      ['cmi.interactions.0.result', 'neutral', 'true 0'],
      ['cmi.interactions.0.result', '0.5', 'true 0'],
      ['cmi.interactions.0.result', 'bad', 'false 405'],
      ['cmi.interactions.0.latency', '00:00:05', 'true 0'],
      ['cmi.interactions.0.latency', 'x', 'false 405'],
      ['cmi.interactions.0.objectives._count', '1', 'false 402'],
      ['cmi.interactions.0.objectives.0.id', 'o1', 'true 0'],
      ['cmi.interactions.0.correct_responses._count', '1', 'false 402'],
      ['cmi.interactions.0.correct_responses.0.pattern', 'a', 'true 0'],
    ] as const) assert.equal(set(element, value), wanted, `${element} = ${value.slice(0, 20)}`);
    for (const [element, wanted] of [
      ['cmi.core.score.raw', '"0" 0'],
      ['cmi.core.score.max', '"100" 0'],
      ['cmi.core.lesson_status', '"browsed" 0'],
      ['cmi.comments', '"c" 0'],
      ['cmi.objectives._count', '"1" 0'],
      ['cmi.objectives.0.id', '"obj1" 0'],
      ['cmi.objectives.0.status', '"not attempted" 0'],
      ['cmi.objectives.0.score.max', '"100" 0'],
      ['cmi.objectives.1.id', '"" 201'],
      ['cmi.interactions._count', '"1" 0'],
      ['cmi.interactions.0.objectives._count', '"1" 0'],
      ['cmi.interactions.0.correct_responses._count', '"1" 0'],
      ['cmi.interactions.0.time', '"" 404'],
      ['cmi.interactions.0.student_response', '"" 404'],
      ['cmi.interactions.0.correct_responses.0.pattern', '"" 404'],
    ] as const) assert.equal(get(element), wanted, element);
  });

  it('has no other elements: what is none is refused, and breaks nothing', async () => {
    const { api, set, get, call, commits } = await running();
    for (const [element, wanted] of [
      ['', 201], [undefined, 201], [null, 201], [7, 201], [{}, 201],
      ['cmi', 401], ['cmi.', 401], ['cmi.core', 401], ['cmi.core.', 401], ['cmi.core.score', 401], ['cmi.objectives', 401], ['cmi.objectives.0', 401], ['cmi.objectives.0.score', 401], ['cmi.interactions', 401], ['cmi.interactions.0', 401], ['cmi.student_data', 401], ['cmi.student_preference', 401],
      ['cmi.foo', 401], ['foo', 401], ['cmi.core.foo', 401], ['cmi.interactions.0.foo', 401], ['cmi.objectives.-1.id', 401], ['cmi.objectives.x.id', 401], ['CMI.core.student_id', 401], [' cmi.core.student_id', 401],
      ['cmi.__proto__', 401], ['cmi.core.__proto__.x', 401], ['cmi.core.constructor', 401], ['cmi.core.toJSON', 401], ['cmi.toJSON', 401], ['cmi.core.score.toJSON', 401], ['cmi.reset', 401], ['cmi.jsonString', 401], ['__proto__.x', 401], ['toString', 401],
      ['cmi.core.student_id._children', 202], ['cmi.suspend_data._children', 202], ['cmi.core.lesson_status._count', 203], ['cmi.core._count', 203], ['cmi.core.score._count', 203],
    ] as const) {
      assert.equal(get(element), `"" ${wanted}`, `get ${String(element)}`);
      assert.equal(set(element, '1'), `false ${wanted}`, `set ${String(element)}`);
    }
    assert.equal(set('cmi.core.score.raw', '90'), 'true 0');
    assert.equal(set('cmi.core.lesson_status', 'completed'), 'true 0');
    assert.equal(call('LMSFinish', ''), 'true 0');
    assert.equal((commits.at(-1)!['core'] as CmiTree)['lesson_status'], 'passed');
    assert.equal(typeof api.LMSGetValue('cmi.core'), 'string');
  });

  it('knows when it may be called', async () => {
    const { get, set, call } = await open();
    assert.equal(get('cmi.core.student_id'), '"" 301');
    assert.equal(get('cmi.core'), '"" 301');
    assert.equal(set('cmi.core.lesson_location', 'a'), 'false 301');
    assert.equal(call('LMSCommit', ''), 'false 301');
    assert.equal(call('LMSFinish', ''), 'false 301');
    assert.equal(call('LMSInitialize', 'x'), 'false 201');
    assert.equal(call('LMSInitialize', ''), 'true 0');
    assert.equal(call('LMSInitialize', ''), 'false 101');
    assert.equal(call('LMSCommit', 'x'), 'false 201');
    assert.equal(call('LMSCommit', ''), 'true 0');
    assert.equal(call('LMSFinish', 'x'), 'false 201');
    assert.equal(call('LMSFinish', ''), 'true 0');
    for (const after of [call('LMSFinish', ''), call('LMSCommit', ''), set('cmi.core.exit', ''), get('cmi.core.exit').replace('""', 'false')]) assert.equal(after, 'false 301');
    assert.equal(call('LMSInitialize', ''), 'false 101');
  });

  it('has words for its own error codes, and for no others', async () => {
    const { api } = await running();
    for (const code of ['0', '101', '201', '202', '203', '301', '401', '402', '403', '404', '405']) assert.ok(api.LMSGetErrorString(code), code);
    for (const code of ['', '1', '999', 'x', undefined, null, {}]) assert.equal(api.LMSGetErrorString(code), '', String(code));
    api.LMSSetValue('cmi.core.student_id', 'x');
    assert.equal(typeof api.LMSGetDiagnostic(''), 'string');
    assert.equal(api.LMSGetLastError(), '403', 'asking changes nothing');
  });

  it('has back what was left in it, and its highest score only where one was', async () => {
    const { get } = await running({ ...HYDRATED, core: { ...(HYDRATED['core'] as CmiTree), score: { raw: '50', min: '0', max: '100' }, lesson_location: 'p9', lesson_status: 'incomplete', entry: 'resume' }, suspend_data: 'z'.repeat(70_000), objectives: { 0: { id: 'o', score: { raw: '1', max: '' }, status: 'passed' } } });
    assert.equal(get('cmi.core.score.max'), '"100" 0');
    assert.equal(get('cmi.core.lesson_location'), '"p9" 0');
    assert.equal(get('cmi.objectives.0.score.max'), '"" 0');
    assert.equal(get('cmi.suspend_data'), `"${'z'.repeat(70_000)}" 0`);
  });
});
