import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AdlData, CmiTree } from './protocol.js';
import { createScorm2004 } from './scorm-2004.js';

type Api = Record<'Initialize' | 'Terminate' | 'GetValue' | 'SetValue' | 'Commit' | 'GetLastError' | 'GetErrorString' | 'GetDiagnostic', (...args: unknown[]) => unknown>;

const HYDRATED: CmiTree = { learner_id: 'learner-1', learner_name: 'Doe, Jane', entry: 'ab-initio', mode: 'normal', credit: 'credit' };

function open(hydrated: CmiTree = HYDRATED, adl: AdlData = {}, safe = () => true) {
  const commits: { cmi: CmiTree; terminated: boolean }[] = [];
  const requests: unknown[] = [];
  const long: number[] = [];
  const model = createScorm2004(hydrated, adl, {
    initialized: () => undefined,
    changed: () => undefined,
    commit: (cmi, terminated) => safe() && (commits.push({ cmi, terminated }), true),
    terminated: () => undefined,
    navigate: (request) => requests.push(request),
    longSuspendData: (length) => long.push(length),
  });
  const api = model.api as unknown as Api;
  return {
    api,
    commits,
    requests,
    long,
    get: (element: unknown) => `${JSON.stringify(api.GetValue(element))} ${String(api.GetLastError())}`,
    set: (element: unknown, value: unknown) => `${String(api.SetValue(element, value))} ${String(api.GetLastError())}`,
    call: (name: keyof Api, ...args: unknown[]) => `${String(api[name](...args))} ${String(api.GetLastError())}`,
  };
}

function running(hydrated?: CmiTree, adl?: AdlData) {
  const opened = open(hydrated, adl);
  assert.equal(opened.call('Initialize', ''), 'true 0');
  return opened;
}

const OK = 'true 0';
const no = (code: number): string => `false ${code}`;

describe('the data model of SCORM 2004 4th Edition, element by element (RTE 4.2)', () => {
  it('is read as it begins', () => {
    const { get } = running();
    for (const [element, wanted] of [
      ['cmi._version', '"1.0" 0'],
      ['cmi.comments_from_learner._children', '"comment,location,timestamp" 0'],
      ['cmi.comments_from_learner._count', '"0" 0'],
      ['cmi.comments_from_learner.0.comment', '"" 301'],
      ['cmi.comments_from_lms._children', '"comment,location,timestamp" 0'],
      ['cmi.comments_from_lms._count', '"0" 0'],
      ['cmi.comments_from_lms.0.comment', '"" 301'],
      ['cmi.completion_status', '"unknown" 0'],
      ['cmi.completion_threshold', '"" 403'],
      ['cmi.credit', '"credit" 0'],
      ['cmi.entry', '"ab-initio" 0'],
      ['cmi.exit', '"" 405'],
      ['cmi.interactions._children', '"id,type,objectives,timestamp,correct_responses,weighting,learner_response,result,latency,description" 0'],
      ['cmi.interactions._count', '"0" 0'],
      ['cmi.interactions.0.id', '"" 301'],
      ['cmi.launch_data', '"" 403'],
      ['cmi.learner_id', '"learner-1" 0'],
      ['cmi.learner_name', '"Doe, Jane" 0'],
      ['cmi.learner_preference._children', '"audio_level,language,delivery_speed,audio_captioning" 0'],
      ['cmi.learner_preference.audio_level', '"1" 0'],
      ['cmi.learner_preference.language', '"" 0'],
      ['cmi.learner_preference.delivery_speed', '"1" 0'],
      ['cmi.learner_preference.audio_captioning', '"0" 0'],
      ['cmi.location', '"" 403'],
      ['cmi.max_time_allowed', '"" 403'],
      ['cmi.mode', '"normal" 0'],
      ['cmi.objectives._children', '"id,score,success_status,completion_status,progress_measure,description" 0'],
      ['cmi.objectives._count', '"0" 0'],
      ['cmi.objectives.0.id', '"" 301'],
      ['cmi.progress_measure', '"" 403'],
      ['cmi.scaled_passing_score', '"" 403'],
      ['cmi.score._children', '"scaled,raw,min,max" 0'],
      ['cmi.score.scaled', '"" 403'],
      ['cmi.score.raw', '"" 403'],
      ['cmi.score.min', '"" 403'],
      ['cmi.score.max', '"" 403'],
      ['cmi.session_time', '"" 405'],
      ['cmi.success_status', '"unknown" 0'],
      ['cmi.suspend_data', '"" 403'],
      ['cmi.time_limit_action', '"continue,no message" 0'],
      ['cmi.total_time', '"PT0H0M0S" 0'],
      ['adl.nav.request', '"_none_" 0'],
      ['adl.nav.request_valid.continue', '"unknown" 0'],
      ['adl.nav.request_valid.previous', '"unknown" 0'],
      ['adl.nav.request_valid.choice.{target=x}', '"unknown" 0'],
      ['adl.data._children', '"id,store" 0'],
      ['adl.data._count', '"0" 0'],
    ] as const) assert.equal(get(element), wanted, element);
  });

  it('is written, or refused with the code of the standard', () => {
    const { get, set } = running();
    // In this order: a later call may stand on an earlier one. A third member is what is read afterwards.
    for (const [element, value, wanted, read] of [
      // What is the LMS's (404).
      ...['_version', 'completion_threshold', 'credit', 'entry', 'launch_data', 'learner_id', 'learner_name', 'max_time_allowed', 'mode', 'scaled_passing_score', 'time_limit_action', 'total_time',
        'score._children', 'objectives._children', 'objectives._count', 'interactions._children', 'interactions._count', 'comments_from_learner._children', 'comments_from_learner._count',
        'comments_from_lms._children', 'comments_from_lms._count', 'comments_from_lms.0.comment', 'learner_preference._children'].map((name) => [`cmi.${name}`, '1', no(404)] as const),
      // Vocabularies (406).
      ...['completed', 'incomplete', 'not attempted', 'unknown'].map((word) => ['cmi.completion_status', word, OK, `"${word}" 0`] as const),
      ...['Completed', 'passed', '', ' completed'].map((word) => ['cmi.completion_status', word, no(406), '"unknown" 0'] as const),
      ...['passed', 'failed', 'unknown'].map((word) => ['cmi.success_status', word, OK, `"${word}" 0`] as const),
      ['cmi.success_status', 'completed', no(406)],
      ...['time-out', 'suspend', 'logout', 'normal', ''].map((word) => ['cmi.exit', word, OK, '"" 405'] as const),
      ['cmi.exit', 'exit', no(406)],
      // Real numbers: another type is 406, out of range 407.
      ...['-1', '0', '1', '0.5', '-.25', '1.0000000'].map((number) => ['cmi.score.scaled', number, OK, `"${number}" 0`] as const),
      ...['-1.01', '1.01', '100'].map((number) => ['cmi.score.scaled', number, no(407)] as const),
      ...['', 'a', '1e0', '0,5', ' 1', 'NaN', 'Infinity', '0x1'].map((text) => ['cmi.score.scaled', text, no(406)] as const),
      ['cmi.score.scaled', 0.5, OK, '"0.5" 0'],
      ['cmi.score.raw', '-12.5', OK, '"-12.5" 0'],
      ['cmi.score.raw', 'x', no(406), '"-12.5" 0'],
      ['cmi.score.min', '0', OK],
      ['cmi.score.max', '100', OK],
      ['cmi.progress_measure', '0.5', OK, '"0.5" 0'],
      ['cmi.progress_measure', '-0.1', no(407)],
      ['cmi.progress_measure', '1.1', no(407)],
      ['cmi.progress_measure', 'half', no(406)],
      ['cmi.learner_preference.audio_level', '2.5', OK, '"2.5" 0'],
      ['cmi.learner_preference.audio_level', '-1', no(407)],
      ['cmi.learner_preference.audio_level', 'loud', no(406)],
      ['cmi.learner_preference.delivery_speed', '0', OK],
      ['cmi.learner_preference.delivery_speed', '-0.1', no(407)],
      ['cmi.learner_preference.audio_captioning', '-1', OK],
      ['cmi.learner_preference.audio_captioning', '2', no(406)],
      ['cmi.learner_preference.language', 'zh-CN', OK, '"zh-CN" 0'],
      ['cmi.learner_preference.language', '', OK, '"" 0'],
      ['cmi.learner_preference.language', 'not a language', no(406)],
      // Text; beyond what is granted it is taken whole.
      ['cmi.location', 'page 3', OK, '"page 3" 0'],
      ['cmi.location', '', OK, '"" 0'],
      ['cmi.location', 'é'.repeat(2_000), OK, `"${'é'.repeat(2_000)}" 0`],
      ['cmi.suspend_data', 'z'.repeat(64_001), OK, `"${'z'.repeat(64_001)}" 0`],
      // Durations.
      ...['PT1H5M', 'P1Y2M3DT4H5M6.78S', 'PT0S', 'P1D'].map((span) => ['cmi.session_time', span, OK, '"" 405'] as const),
      ...['', 'P', 'PT', 'P1DT', '00:10:00', 'PT1.234S', 'PT1.5H', '-PT1S', 'P1W'].map((span) => ['cmi.session_time', span, no(406)] as const),
      // The learner's comments.
      ['cmi.comments_from_learner.1.comment', 'x', no(351)],
      ['cmi.comments_from_learner.0.comment', '{lang=fr}Bonjour', OK, '"{lang=fr}Bonjour" 0'],
      ['cmi.comments_from_learner.0.comment', '{lang=}x', no(406)],
      ['cmi.comments_from_learner.0.location', 'here', OK],
      ...['2026', '2026-11-27', '2026-11-27T10:00:00', '2026-11-27T10:00:00.00Z', '2026-11-27T10:00:00.0+08:00'].map((at) => ['cmi.comments_from_learner.0.timestamp', at, OK] as const),
      ...['', 'now', '1969-01-01', '2039-01-01', '2026-13-01', '2026-02-30', '2026-11-27T24:00:00', '2026-11-27T10:00:00Z'].map((at) => ['cmi.comments_from_learner.0.timestamp', at, no(406)] as const),
      ['cmi.comments_from_learner.1.location', 'an entry may begin with any of its values', OK],
      ['cmi.comments_from_learner.1.comment', '', OK],
    ] as readonly (readonly [string, unknown, string, string?])[]) {
      const label = `${element} = ${JSON.stringify(value)}`.slice(0, 100);
      assert.equal(set(element, value), wanted, label);
      if (read !== undefined) assert.equal(get(element), read, `${label}, read`);
    }
    assert.equal(get('cmi.comments_from_learner._count'), '"2" 0');
    assert.equal(get('cmi.comments_from_learner.2.comment'), '"" 301');
  });

  it('holds objectives by their ids (RTE 4.2.17)', () => {
    const { get, set } = running();
    for (const [name, value, wanted] of [
      ['1.id', 'a', no(351)],
      ['0.score.raw', '1', no(408)],
      ['0.success_status', 'passed', no(408)],
      ['0.id', '', no(406)],
      ['0.id', 'two words', no(406)],
      ['0.id', 'urn:x', no(406)],
      ['0.id', 'urn:lectern:a', OK],
      ['0.id', 'urn:lectern:a', OK],
      ['0.id', 'b', no(351)],
      ['1.id', 'urn:lectern:a', no(351)],
      ['1.id', 'b', OK],
      ['0.score._children', 'x', no(404)],
      ['0.score.scaled', '2', no(407)],
      ['0.score.scaled', '-1', OK],
      ['0.score.raw', 'x', no(406)],
      ['0.score.min', '0', OK],
      ['0.score.max', '10', OK],
      ['0.success_status', 'good', no(406)],
      ['0.success_status', 'failed', OK],
      ['0.completion_status', 'browsed', no(406)],
      ['0.completion_status', 'incomplete', OK],
      ['0.progress_measure', '1.5', no(407)],
      ['0.progress_measure', '1', OK],
      ['0.description', '{lang=xx-}a', no(406)],
      ['0.description', 'A goal', OK],
      ['0.foo', 'x', no(401)],
      ['-1.id', 'x', no(401)],
      ['x.id', 'x', no(401)],
      ['99999999999999999999.id', 'x', no(351)],
    ] as const) assert.equal(set(`cmi.objectives.${name}`, value), wanted, `${name} = ${value}`);
    assert.equal(get('cmi.objectives._count'), '"2" 0');
    assert.equal(get('cmi.objectives.0.score._children'), '"scaled,raw,min,max" 0');
    assert.equal(get('cmi.objectives.1.success_status'), '"unknown" 0');
    assert.equal(get('cmi.objectives.1.completion_status'), '"unknown" 0');
    assert.equal(get('cmi.objectives.1.score.raw'), '"" 403');
    assert.equal(get('cmi.objectives.2.id'), '"" 301');
  });

  it('takes answers as their type writes them (RTE 4.2.9)', () => {
    const { get, set } = running();
    const at = (entry: number, name: string): string => `cmi.interactions.${entry}.${name}`;
    assert.equal(set(at(1, 'id'), 'a'), no(351));
    assert.equal(set(at(0, 'type'), 'choice'), no(408));
    assert.equal(set(at(0, 'objectives.0.id'), 'o'), no(408));
    assert.equal(set(at(0, 'correct_responses.0.pattern'), 'true'), no(408));
    assert.equal(set(at(0, 'id'), 'q'), OK);
    assert.equal(set(at(0, 'learner_response'), 'a'), no(408));
    assert.equal(set(at(0, 'correct_responses.0.pattern'), 'a'), no(408));
    assert.equal(set(at(0, 'type'), 'essay'), no(406));
    assert.equal(set(at(0, 'objectives.0.id'), 'o'), OK);
    assert.equal(set(at(0, 'objectives.1.id'), 'o'), no(351));
    assert.equal(set(at(0, 'objectives.2.id'), 'p'), no(351));
    assert.equal(get(at(0, 'objectives._count')), '"1" 0');
    assert.equal(get(at(0, 'objectives._children')), '"" 301');
    assert.equal(set(at(0, 'objectives._count'), '1'), no(404));
    assert.equal(get(at(0, 'correct_responses._count')), '"0" 0');
    for (const [name, value, wanted] of [
      ['timestamp', '2026-11-27T10:00:00', OK], ['timestamp', '10:00', no(406)],
      ['weighting', '2', OK], ['weighting', 'heavy', no(406)],
      ['latency', 'PT5.25S', OK], ['latency', '5', no(406)],
      ['description', 'A question', OK], ['description', '{lang=?}x', no(406)],
      ['result', 'correct', OK], ['result', 'incorrect', OK], ['result', 'unanticipated', OK], ['result', 'neutral', OK], ['result', '0.75', OK], ['result', 'wrong', no(406)], ['result', '', no(406)],
    ] as const) assert.equal(set(at(0, name), value), wanted, `${name} = ${value}`);

    let entry = 0;
    for (const [type, responses, noResponses, patterns, noPatterns, second] of [
      ['true-false', ['true', 'false'], ['', 'yes', 'True'], ['true'], ['t'], no(351)],
      ['choice', ['a', 'a[,]b', ''], ['a[,]a', 'a b'], ['a[,]b'], ['a[,]a', 'x y'], OK],
      ['fill-in', ['a[,]b', '{lang=de}Wort', ''], ['{lang=?}x'], ['{case_matters=true}{order_matters=false}a[,]b'], ['{case_matters=maybe}a'], OK],
      ['long-fill-in', ['x'.repeat(5_000), ''], ['{lang=?}x'], ['{case_matters=false}long'], ['{case_matters=1}x'], OK],
      ['likert', ['agree'], ['', 'a b'], ['agree'], ['a b'], no(351)],
      ['matching', ['a[.]1', 'a[.]1[,]b[.]2', ''], ['a', 'a[.]b[.]c'], ['a[.]1'], ['a'], OK],
      ['performance', ['s1[.]done', '[.]5', 's1[.]'], ['[.]', 's1'], ['{order_matters=false}s1[.]1[:]3'], ['{order_matters=no}s1[.]x', 's1[.]3[:]1'], OK],
      ['sequencing', ['a[,]b[,]a'], ['', 'a b'], ['a[,]b'], ['a b'], OK],
      ['numeric', ['4', '-1.5'], ['', 'four', '1[:]2'], ['1[:]2'], ['2[:]1', '4'], no(351)],
      ['other', ['anything at all', ''], [], ['whatever'], [], no(351)],
    ] as const) {
      entry += 1;
      assert.equal(set(at(entry, 'id'), 'q'), OK, `${type}: the same question may be answered again`);
      assert.equal(set(at(entry, 'type'), type), OK, type);
      for (const value of responses) assert.equal(set(at(entry, 'learner_response'), value), OK, `${type} response ${value.slice(0, 40)}`);
      for (const value of noResponses) assert.equal(set(at(entry, 'learner_response'), value), no(406), `${type} response ${value}`);
      for (const value of noPatterns) assert.equal(set(at(entry, 'correct_responses.0.pattern'), value), no(406), `${type} pattern ${value}`);
      assert.equal(get(at(entry, 'correct_responses._count')), '"0" 0', `${type}: what was refused is not there`);
      for (const value of patterns) assert.equal(set(at(entry, 'correct_responses.0.pattern'), value), OK, `${type} pattern ${value}`);
      assert.equal(set(at(entry, 'correct_responses.2.pattern'), patterns[0]), no(351), `${type}: out of order`);
      const other = type === 'choice' || type === 'sequencing' ? 'c' : patterns[0];
      assert.equal(set(at(entry, 'correct_responses.1.pattern'), other), second, `${type}: a second pattern`);
    }
    assert.equal(set(at(2, 'correct_responses.2.pattern'), 'b[,]a'), no(351), 'the same choice in another order');
  });

  it('judges by thresholds where there are any (RTE 4.2.4.1, 4.2.22.1)', () => {
    const { get, set } = running({ ...HYDRATED, completion_threshold: '0.8', scaled_passing_score: '0.6' });
    assert.equal(set('cmi.completion_status', 'completed'), OK);
    assert.equal(set('cmi.success_status', 'passed'), OK);
    assert.equal(get('cmi.completion_status'), '"unknown" 0');
    assert.equal(get('cmi.success_status'), '"unknown" 0');
    set('cmi.progress_measure', '0.8');
    set('cmi.score.scaled', '0.59');
    assert.equal(get('cmi.completion_status'), '"completed" 0');
    assert.equal(get('cmi.success_status'), '"failed" 0');
  });

  it('has no other elements', () => {
    const { get, set } = running();
    assert.equal(get(''), '"" 301');
    assert.equal(get(undefined), '"" 301');
    assert.equal(set('', 'x'), no(351));
    assert.equal(set(undefined, 'x'), no(351));
    for (const element of [
      'cmi', 'cmi.', 'foo', 'CMI.location', ' cmi.location', 'cmi.location ', 'cmi.core.lesson_status', 'cmi.score', 'cmi.objectives', 'cmi.interactions', 'cmi.learner_preference', 'cmi.foo', 'cmi.score.foo',
      'cmi.location.x', 'cmi.__proto__', 'cmi.__proto__.x', 'cmi.constructor', 'cmi.score.toString', '__proto__.x', 'adl', 'adl.nav', 'adl.navigation', 'adl.data', 'adl.nav.foo', 'adl.data.foo', 'adl.data.0.foo', 'adl.nav.request_valid.jumps',
      null, 7, {}, `cmi${'.a'.repeat(50_000)}`,
    ]) {
      assert.equal(get(element), '"" 401', `get ${String(element).slice(0, 60)}`);
      assert.equal(set(element, '1'), no(401), `set ${String(element).slice(0, 60)}`);
    }
    for (const element of ['cmi.location._children', 'cmi.location._count', 'cmi.score._count', 'cmi.learner_preference._count', 'cmi._children', 'cmi._count']) {
      assert.equal(get(element), '"" 301', `get ${element}`);
      assert.equal(set(element, '1'), no(404), `set ${element}`);
    }
    // A value whose text cannot be made is an exception of the content's, not of ours.
    assert.equal(set('cmi.location', { toString: () => { throw new Error('no text'); } }), no(101));
    assert.equal(get({ toString: () => { throw new Error('no text'); } }), '"" 101');
  });

  it('asks for what comes next, and shares stores (RTE 4.3, 4.4)', () => {
    const stores = [{ id: 'both', store: '', read: true, write: true }, { id: 'out', store: 'kept', read: true, write: false }, { id: 'in', store: '', read: false, write: true }];
    const { get, set, call, requests } = running(HYDRATED, { validity: { continue: true, previous: false, choice: { here: true }, jump: {} }, stores });
    for (const [element, wanted] of [
      ['adl.nav.request_valid.continue', '"true" 0'], ['adl.nav.request_valid.previous', '"false" 0'],
      ['adl.nav.request_valid.choice.{target=here}', '"true" 0'], ['adl.nav.request_valid.choice.{target=there}', '"false" 0'], ['adl.nav.request_valid.jump.{target=here}', '"false" 0'],
      ['adl.data._count', '"3" 0'], ['adl.data.0.id', '"both" 0'], ['adl.data.0.store', '"" 403'], ['adl.data.1.store', '"kept" 0'], ['adl.data.2.store', '"" 405'], ['adl.data.3.id', '"" 301'],
    ] as const) assert.equal(get(element), wanted, element);
    for (const [element, value, wanted] of [
      ['adl.nav.request_valid.continue', 'true', no(404)], ['adl.nav.request_valid.choice.{target=here}', 'true', no(404)],
      ['adl.data.0.store', 'x', OK], ['adl.data.1.store', 'x', no(404)], ['adl.data.2.store', 'x', OK], ['adl.data.0.id', 'x', no(404)], ['adl.data.3.store', 'x', no(351)], ['adl.data._count', '4', no(404)],
      ...['continue', 'previous', 'exit', 'exitAll', 'abandon', 'abandonAll', 'suspendAll', '_none_', '{target=here}choice', '{target=here}jump'].map((request) => ['adl.nav.request', request, OK] as const),
      ...['', 'next', 'choice', '{target=}choice', '{target=here}', 'Continue'].map((request) => ['adl.nav.request', request, no(406)] as const),
    ] as const) assert.equal(set(element, value), wanted, `${element} = ${value}`);
    assert.equal(get('adl.nav.request'), '"{target=here}jump" 0', 'what was refused changes nothing');
    assert.equal(call('Terminate', ''), OK);
    assert.deepEqual(requests, [{ request: 'jump', target: 'here' }]);
  });
});

describe('the calls of SCORM 2004 (RTE 3.1)', () => {
  it('know when they may be made', () => {
    const { get, set, call, commits } = open();
    assert.equal(call('GetLastError'), '0 0');
    assert.equal(get('cmi.location'), '"" 122');
    assert.equal(set('cmi.location', 'x'), no(132));
    assert.equal(call('Commit', ''), no(142));
    assert.equal(call('Terminate', ''), no(112));
    for (const argument of ['x', null, 0, false, {}]) assert.equal(call('Initialize', argument), no(201), String(argument));
    assert.equal(call('Initialize', ''), OK);
    assert.equal(call('Initialize', ''), no(103));
    for (const argument of ['x', null, 0]) assert.equal(call('Commit', argument), no(201));
    for (const argument of ['x', null, 0]) assert.equal(call('Terminate', argument), no(201));
    assert.equal(set('cmi.location', 'p1'), OK);
    assert.equal(call('Commit', ''), OK);
    assert.equal(call('Terminate', ''), OK);
    assert.equal(commits.length, 2);
    assert.equal(call('Initialize', ''), no(104));
    assert.equal(get('cmi.location'), '"" 123');
    assert.equal(get('cmi.foo'), '"" 123');
    assert.equal(set('cmi.location', 'p2'), no(133));
    assert.equal(call('Commit', ''), no(143));
    assert.equal(call('Terminate', ''), no(113));
    assert.equal(commits.length, 2, 'what comes after the end changes nothing');
    assert.equal(commits.at(-1)!.cmi['location'], 'p1');
  });

  it('answer what the journal says, and go on', () => {
    let safe = false;
    const { call, commits } = open(HYDRATED, {}, () => safe);
    assert.equal(call('Initialize', ''), OK);
    assert.equal(call('Commit', ''), no(391));
    assert.equal(call('Terminate', ''), no(111));
    safe = true;
    assert.equal(call('Terminate', ''), OK, 'an end that failed may be tried again');
    assert.equal(commits.length, 1);
  });

  it('have words for their error codes, and asking for them changes nothing', () => {
    const { api, set } = running();
    for (const code of [0, 101, 102, 103, 104, 111, 112, 113, 122, 123, 132, 133, 142, 143, 201, 301, 351, 391, 401, 402, 403, 404, 405, 406, 407, 408]) {
      const words = String(api.GetErrorString(String(code)));
      assert.ok(words.length > 0 && words.length <= 255, String(code));
      assert.equal(api.GetErrorString(code), words);
    }
    for (const code of ['', '1', '999', 'toString', undefined, null, {}]) assert.equal(api.GetErrorString(code), '', String(code));
    assert.equal(set('cmi.learner_id', 'x'), no(404));
    assert.equal(api.GetDiagnostic(''), api.GetErrorString('404'));
    assert.equal(api.GetDiagnostic('999'), '');
    assert.equal(api.GetLastError(), '404');
  });

  it('take suspend data whole, say so, and have it back', () => {
    const data = 'z'.repeat(200_000);
    const { set, call, long, commits } = running();
    assert.equal(set('cmi.suspend_data', 'z'.repeat(64_000)), OK);
    assert.deepEqual(long, []);
    assert.equal(set('cmi.suspend_data', data), OK);
    assert.deepEqual(long, [200_000]);
    assert.equal(call('Terminate', ''), OK);
    assert.equal(running({ ...HYDRATED, ...commits.at(-1)!.cmi }).get('cmi.suspend_data'), `"${data}" 0`);
  });
});
