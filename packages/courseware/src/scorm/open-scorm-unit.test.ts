import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import { contentOrigin, Stage } from './scorm-stage.fixture.js';
import { openFrame } from '../frame/open-frame.js';

describe('a SCO in the courseware frame', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.remove());

  it('is given its data before it starts: the first GetValue after Initialize is right', async () => {
    const first = await stage.open({ boot: [['LMSInitialize', ''], ['LMSGetValue', 'cmi.suspend_data'], ['LMSGetValue', 'cmi.core.entry'], ['LMSGetValue', 'cmi.core.student_name']] });
    expect(await first.call()).to.deep.equal(['true', '', 'ab-initio', 'Li']);
    await first.call(['LMSSetValue', 'cmi.suspend_data', 'page=7'], ['LMSSetValue', 'cmi.core.exit', 'suspend'], ['LMSSetValue', 'cmi.core.session_time', '00:01:30'], ['LMSFinish', '']);
    await first.running.close();
    // The name was lent, and is kept nowhere.
    expect(JSON.stringify([...stage.documents.values()])).to.contain('page=7').and.not.contain('"Li"');

    const second = await stage.open({ boot: [['LMSInitialize', ''], ['LMSGetValue', 'cmi.suspend_data'], ['LMSGetValue', 'cmi.core.entry'], ['LMSGetValue', 'cmi.core.total_time']] });
    expect(await second.call()).to.deep.equal(['true', 'page=7', 'resume', '00:01:30']);
    await second.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'suspended', 'terminated', 'initialized', 'suspended', 'terminated']);
    expect(stage.statements[2]!.result?.duration).to.equal('PT1M30S');
  });

  it('has a title, a sandbox on the other origin, and none on one’s own', async () => {
    const sco = await stage.open();
    expect(sco.running.element.title).to.equal('A lesson');
    expect(sco.running.element.getAttribute('sandbox')).to.contain('allow-scripts').and.not.contain('allow-top-navigation');
    await sco.running.close();
    const refused = openFrame({ frame: '/packages/courseware/src/frame/frame.fixture.html', host: document.body, title: 't', methods: {} as never, lost: () => undefined, signal: new AbortController().signal });
    expect(await refused.catch((error: { code: string }) => error.code)).to.equal('frame-same-origin');
  });

  it('records status and score of SCORM 1.2, once', async () => {
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    const set = (element: string, value: string) => ['LMSSetValue', element, value] as const;
    await sco.call(set('cmi.core.score.raw', '16'), set('cmi.core.score.max', '16'), set('cmi.core.score.min', '0'), set('cmi.core.lesson_status', 'passed'), ['LMSCommit', ''], ['LMSCommit', '']);
    await sco.call(set('cmi.core.session_time', '00:00:10'), ['LMSFinish', ''], ['LMSFinish', '']);
    await sco.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'completed', 'passed', 'terminated']);
    expect(stage.statements[2]!.result?.score).to.deep.equal({ scaled: 1, raw: 16, min: 0, max: 16 });
    expect(stage.statements[3]!.result?.duration).to.equal('PT10S');
  });

  it('judges a silent SCO by the rules of SCORM 1.2: finished is complete, the mastery score decides, suspended is neither', async () => {
    const silent = await stage.open({ boot: [['LMSInitialize', ''], ['LMSFinish', '']] });
    await silent.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'completed', 'terminated']);
    const mastered = { masteryScoreRaw: 80, masteryScore: 0.8 };
    const judged = await stage.open({ unit: { id: 'judged', ...mastered }, boot: [['LMSInitialize', ''], ['LMSSetValue', 'cmi.core.score.raw', '79'], ['LMSSetValue', 'cmi.core.lesson_status', 'completed'], ['LMSFinish', '']] });
    await judged.running.close();
    expect(stage.verbs().slice(3)).to.deep.equal(['initialized', 'failed', 'terminated']);
    expect(stage.statements[4]!.result?.score).to.deep.equal({ scaled: 0.79, raw: 79, max: 100 });
    const aside = await stage.open({ unit: { id: 'aside', ...mastered }, boot: [['LMSInitialize', ''], ['LMSSetValue', 'cmi.core.score.raw', '10'], ['LMSSetValue', 'cmi.core.lesson_status', 'incomplete'], ['LMSSetValue', 'cmi.core.exit', 'suspend'], ['LMSFinish', '']] });
    await aside.running.close();
    expect(stage.verbs().slice(6)).to.deep.equal(['initialized', 'scored', 'suspended', 'terminated']);
  });

  it('answers as the standard says before Initialize, after LMSFinish, and to nonsense (1.2)', async () => {
    const sco = await stage.open();
    const error = ['LMSGetLastError'] as const;
    expect(await sco.call(['LMSGetValue', 'cmi.core.lesson_status'], error, ['LMSFinish', ''], error, ['LMSInitialize', 'x'], error, ['LMSInitialize', ''], error)).to.deep.equal(
      ['', '301', 'false', '301', 'false', '201', 'true', '0'],
    );
    expect(await sco.call(['LMSInitialize', ''], error)).to.deep.equal(['false', '101']);
    expect(
      await sco.call(
        ['LMSSetValue', 'cmi.core.student_id', 'x'], error, ['LMSGetValue', 'cmi.core.exit'], error, ['LMSSetValue', 'cmi.core.lesson_status', 'great'], error,
        ['LMSGetValue', 'cmi.no.such'], error, ['LMSGetValue', 'cmi.core._children'], error, ['LMSSetValue', 'cmi.core._children', 'x'], error,
      ).then((values) => values.filter((_, index) => index !== 8)),
    ).to.deep.equal(['false', '403', '', '404', 'false', '405', '', '401', '0', 'false', '402']);
    expect(await sco.call(['LMSFinish', ''], ['LMSFinish', ''], error, ['LMSGetValue', 'cmi.suspend_data'], error, ['LMSSetValue', 'cmi.suspend_data', 'x'], error, ['LMSCommit', ''], error)).to.deep.equal(
      ['true', 'false', '301', '', '301', 'false', '301', 'false', '301'],
    );
    await sco.running.close();
  });

  it('answers as the standard says in SCORM 2004', async () => {
    const sco = await stage.open({ version: '2004' });
    const error = ['GetLastError'] as const;
    expect(await sco.call(['GetValue', 'cmi.location'], error, ['SetValue', 'cmi.location', 'x'], error, ['Commit', ''], error, ['Terminate', ''], error)).to.deep.equal(
      ['', '122', 'false', '132', 'false', '142', 'false', '112'],
    );
    expect(await sco.call(['Initialize', ''], error, ['Initialize', ''], error, ['GetValue', 'cmi.location'], error, ['SetValue', 'cmi.learner_id', 'x'], error)).to.deep.equal(
      ['true', '0', 'false', '103', '', '403', 'false', '404'],
    );
    expect(await sco.call(['GetValue', 'cmi.exit'], error, ['SetValue', 'cmi.score.scaled', '7'], error, ['SetValue', 'cmi.completion_status', 'great'], error, ['Commit', ''], error)).to.deep.equal(
      ['', '405', 'false', '407', 'false', '406', 'true', '0'],
    );
    expect(await sco.call(['Terminate', ''], error, ['Terminate', ''], error, ['GetValue', 'cmi.location'], error, ['SetValue', 'cmi.location', 'x'], error, ['Commit', ''], error)).to.deep.equal(
      ['true', '0', 'false', '113', '', '123', 'false', '133', 'false', '143'],
    );
    await sco.running.close();
  });

  it('commits "true" only when it is journaled: 101 in 1.2, 391 in 2004, and the player is told', async () => {
    const old = await stage.open({ boot: [['LMSInitialize', '']] });
    expect(await old.call(['break-storage'], ['LMSSetValue', 'cmi.suspend_data', 'x'], ['LMSCommit', ''], ['LMSGetLastError'])).to.deep.equal(['done', 'true', 'false', '101']);
    expect(await old.call(['LMSFinish', ''], ['LMSGetLastError'], ['mend-storage'], ['LMSFinish', ''], ['LMSGetLastError'])).to.deep.equal(['false', '101', 'true', 'true', '0']);
    await waitUntil(() => stage.notices.length > 0);
    expect(stage.notices.map(({ code }) => code)).to.deep.equal(['journal-failed']);
    await old.running.close();
    const modern = await stage.open({ version: '2004', unit: { id: 'other' }, boot: [['Initialize', '']] });
    expect(await modern.call(['break-storage'], ['SetValue', 'cmi.location', 'x'], ['Commit', ''], ['GetLastError'], ['mend-storage'])).to.deep.equal(['done', 'true', 'false', '391', 'true']);
    await modern.running.close();
  });

  it('tells each answer once, in xAPI’s words', async () => {
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    const at = (field: string, value: string) => ['LMSSetValue', `cmi.interactions.0.${field}`, value] as const;
    await sco.call(at('id', 'q1'), at('type', 'matching'), ['LMSCommit', '']);
    await sco.call(at('student_response', '1.a,2.b'), at('correct_responses.0.pattern', '1.a,2.b'), at('result', 'correct'), at('latency', '00:00:05'), ['LMSCommit', ''], ['LMSCommit', '']);
    await sco.running.close();
    const again = await stage.open({ boot: [['LMSInitialize', ''], ['LMSGetValue', 'cmi.interactions._count']] });
    expect(await again.call()).to.deep.equal(['true', '1']);
    await again.call(['LMSSetValue', 'cmi.core.lesson_location', '2'], ['LMSFinish', '']);
    await again.running.close();
    const answers = stage.statements.filter(({ verb }) => verb.id.endsWith('responded'));
    expect(answers).to.have.length(1);
    expect(answers[0]!.result).to.deep.equal({ response: '1[.]a[,]2[.]b', success: true, duration: 'PT5S' });
  });

  it('keeps SCORM 2004’s interactions, progress, thresholds and objectives', async () => {
    const unit = { masteryScore: 0.8, completionThreshold: 0.5, objectives: [{ id: 'primary', satisfiedByMeasure: true, minNormalizedMeasure: 0.8 }, { id: 'second' }] };
    const sco = await stage.open({ version: '2004', unit, boot: [['Initialize', ''], ['GetValue', 'cmi.objectives._count'], ['GetValue', 'cmi.objectives.1.id'], ['GetValue', 'cmi.scaled_passing_score']] });
    expect(await sco.call()).to.deep.equal(['true', '2', 'second', '0.8']);
    const set = (element: string, value: string) => ['SetValue', `cmi.${element}`, value] as const;
    await sco.call(
      set('interactions.0.id', 'urn:q:1'), set('interactions.0.type', 'choice'), set('interactions.0.learner_response', 'a[,]b'), set('interactions.0.result', 'incorrect'), set('interactions.0.latency', 'PT2S'),
      set('progress_measure', '0.6'), set('score.scaled', '0.9'), set('session_time', 'PT30S'), set('exit', 'suspend'), ['Terminate', ''],
    );
    await sco.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'responded', 'progressed', 'completed', 'passed', 'suspended', 'terminated']);
    const again = await stage.open({ version: '2004', unit, boot: [['Initialize', ''], ['GetValue', 'cmi.entry'], ['GetValue', 'cmi.total_time'], ['GetValue', 'cmi.interactions.0.learner_response'], ['GetValue', 'cmi.objectives._count']] });
    expect(await again.call()).to.deep.equal(['true', 'resume', 'PT30S', 'a[,]b', '2']);
    await again.running.close();
  });

  it('takes suspend data beyond the limit whole, and says so', async () => {
    const long = 'x'.repeat(70_000);
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    expect(await sco.call(['LMSSetValue', 'cmi.suspend_data', long], ['LMSGetValue', 'cmi.suspend_data'])).to.deep.equal(['true', long]);
    await sco.running.close();
    expect(stage.notices).to.deep.equal([{ code: 'suspend-data-long', characters: 70_000 }]);
    const again = await stage.open({ boot: [['LMSInitialize', ''], ['LMSGetValue', 'cmi.suspend_data']] });
    expect((await again.call())[1]).to.equal(long);
    await again.running.close();
  });

  it('lets content say farewell: what it sets while it is unloaded counts', async () => {
    const sco = await stage.open({ boot: [['LMSInitialize', '']], farewell: [['LMSSetValue', 'cmi.core.lesson_status', 'completed'], ['LMSSetValue', 'cmi.core.session_time', '00:00:07'], ['LMSFinish', '']] });
    await sco.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'completed', 'terminated']);
    expect(stage.statements[2]!.result?.duration).to.equal('PT7S');
  });

  it('recovers what a killed page had committed, and set without committing', async () => {
    stage.reach = 'pending';
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    await sco.call(['LMSSetValue', 'cmi.core.lesson_status', 'completed'], ['LMSSetValue', 'cmi.suspend_data', 'committed'], ['LMSCommit', '']);
    await sco.call(['LMSSetValue', 'cmi.suspend_data', 'set']);
    await aTimeout(200);
    sco.kill();
    stage.reach = 'journaled';
    await aTimeout(50);
    const again = await stage.open({ boot: [['LMSInitialize', ''], ['LMSGetValue', 'cmi.suspend_data'], ['LMSGetValue', 'cmi.core.lesson_status'], ['LMSGetValue', 'cmi.core.entry']] });
    expect(await again.call()).to.deep.equal(['true', 'set', 'completed', 'resume']);
    await waitUntil(() => stage.verbs().filter((verb) => verb === 'initialized').length === 2);
    await again.running.close();
    expect(stage.verbs().filter((verb) => verb === 'completed')).to.have.length(1);
    const third = await stage.open({ boot: [['LMSInitialize', '']] });
    await third.running.close();
    expect(stage.verbs().filter((verb) => verb === 'completed')).to.have.length(1);
  });

  it('commits by itself what was set, when the page goes', async () => {
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    await sco.call(['LMSSetValue', 'cmi.core.lesson_status', 'completed'], ['hide-frame']);
    await waitUntil(() => stage.verbs().includes('completed'));
    await sco.running.close();
    expect(stage.verbs()).to.deep.equal(['initialized', 'completed', 'suspended', 'terminated']);
  });

  it('leaves another tab of the same attempt its journal', async () => {
    stage.reach = 'pending';
    const first = await stage.open({ boot: [['LMSInitialize', '']] });
    await first.call(['LMSSetValue', 'cmi.suspend_data', 'first tab'], ['LMSCommit', '']);
    stage.reach = 'journaled';
    const second = await stage.open({ boot: [['LMSInitialize', ''], ['LMSGetValue', 'cmi.suspend_data']] });
    expect(await second.call()).to.deep.equal(['true', '']);
    await second.running.close();
    first.kill();
  });

  it('keeps for the page’s return what the content does while it is put aside', async () => {
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    await waitUntil(() => stage.verbs().length === 1);
    sco.running.suspend();
    expect(await sco.call(['LMSSetValue', 'cmi.core.lesson_status', 'completed'], ['LMSCommit', ''])).to.deep.equal(['true', 'true']);
    await aTimeout(100);
    expect(stage.verbs()).to.deep.equal(['initialized']);
    sco.session.dispatch({ type: 'suspended', unitId: 'sco' });
    sco.session.dispatch({ type: 'terminated', unitId: 'sco' });
    sco.running.resume();
    await waitUntil(() => stage.verbs().includes('completed'));
    expect(stage.verbs()).to.deep.equal(['initialized', 'suspended', 'terminated', 'initialized', 'resumed', 'completed']);
    await sco.running.close();
  });

  it('forgets its journal once the player has it', async () => {
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    await sco.call(['LMSSetValue', 'cmi.core.lesson_location', '3'], ['LMSCommit', '']);
    const kept = async (): Promise<boolean> => (await sco.call(['storage-keys']))[0]!.includes(stage.connection().registration);
    await waitUntil(async () => !(await kept()));
    await sco.running.close();
  });

  it('hears nobody but its frame', async () => {
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    const before = stage.statements.length;
    const channel = new URLSearchParams(new URL(sco.running.element.src).hash.slice(1)).get('channel');
    for (const forged of [{ lectern: 'frame', version: 1, channel }, { lectern: 'frame', version: 1, channel: 'x' }, { namespace: 'penpal', type: 'CALL', methodPath: ['record'], id: '1', args: [{}] }]) {
      window.postMessage(forged, location.origin);
      sco.running.element.contentWindow!.postMessage({ ...forged, lectern: 'player' }, contentOrigin);
    }
    await aTimeout(100);
    expect(stage.statements.length).to.equal(before);
    expect(stage.failures).to.deep.equal([]);
    expect(await sco.call(['LMSCommit', ''])).to.deep.equal(['true']);
    await sco.running.close();
  });

  it('notices that content has reloaded the frame', async () => {
    const sco = await stage.open({ boot: [['LMSInitialize', '']] });
    void sco.call(['reload-frame']);
    await waitUntil(() => stage.failures.length > 0);
    expect(stage.failures[0]!.code).to.equal('frame-lost');
    sco.kill();
  });

  it('gives up on a frame that does not answer', async () => {
    const options = { host: document.body, title: 't', methods: {} as never, lost: () => undefined, signal: new AbortController().signal, timeout: 300 };
    const refused = openFrame({ ...options, frame: `${contentOrigin}/packages/courseware/src/frame/sco.fixture.html` });
    expect(await refused.catch((error: { code: string }) => error.code)).to.equal('frame-timeout');
    expect(await openFrame({ ...options, frame: undefined }).catch((error: { code: string }) => error.code)).to.equal('frame-missing');
  });
});
