import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Course } from '../course/course.js';
import type { Unit } from '../course/units.js';
import type { LearningEvent, LearningEventType, Score } from '../session/events.js';
import { createSession } from '../session/session.js';
import { COURSE, EVENTS, eventAt, fakeClock, fakeConnection, INTERACTION, randomFrom, UNITS } from '../session/session.fixture.js';
import type { Activity, Context, Statement } from './statement.js';
import { validateStatement } from './validate.js';
import { CATEGORIES, EXTENSIONS } from './vocabulary.js';

const TYPES = Object.keys(EVENTS) as LearningEventType[];
const LMS_SESSION = 'lms-session';
const TEMPLATE: Context = {
  platform: 'The LMS',
  language: 'fr',
  contextActivities: { grouping: [{ id: 'https://publisher.example/au' }], category: [{ id: CATEGORIES.cmi5 }] },
  extensions: { [EXTENSIONS.sessionId]: LMS_SESSION },
};

function run(events: readonly LearningEvent[], options: { template?: Context; course?: Course } = {}): Statement[] {
  const connection = fakeConnection(options.template ? { contextTemplate: options.template } : {});
  const clock = fakeClock();
  const session = createSession({ course: options.course ?? COURSE, connection, clock });
  for (const event of events) {
    clock.pass(1);
    session.dispatch(event);
  }
  return connection.statements;
}

const assertValid = (statements: readonly Statement[]): void => {
  for (const statement of statements) {
    assert.deepEqual(validateStatement(statement), []);
    assert.deepEqual(validateStatement(JSON.parse(JSON.stringify(statement)), { version: '2.0.0', asReceived: true }), []);
  }
};

const verbOf = ({ verb }: Statement): string => verb.id.split('/').at(-1)!;
const ids = (activities: readonly Activity[] | undefined): string[] => (activities ?? []).map(({ id }) => id);
const one = (unitId: string, type: LearningEventType, extra: object = {}, options: Parameters<typeof run>[1] = {}): Statement =>
  run([eventAt(unitId, 'initialized'), { ...eventAt(unitId, type), ...extra } as LearningEvent], options).at(-1)!;

describe('every statement the tables make', () => {
  it('is valid, for each kind of unit and each type of event, with and without an LMS’s template', () => {
    const silent = new Set<string>();
    for (const unit of Object.values(UNITS)) {
      for (const template of [undefined, TEMPLATE]) {
        const statements = run(TYPES.map((type) => eventAt(unit.id, type)), template ? { template } : {});
        if (statements.length === 0) silent.add(unit.kind);
        assertValid(statements);
        const tables = new Set(statements.map(verbOf));
        if (statements.length > 0) for (const verb of ['initialized', 'completed', 'passed', 'suspended', 'terminated']) assert.ok(tables.has(verb), `${unit.kind} ${verb}`);
      }
    }
    assert.deepEqual([...silent], ['cmi5', 'xapi', 'lti'], 'these write their own, or the server does');
  });

  it('stays valid whatever content reports', () => {
    const random = randomFrom(5);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
    const numbers = [0, 1, -1, 0.5, 1.6, 16, 100, 160, -5, 1e15, 1e-7, NaN, Infinity, undefined];
    const texts = ['', 'a', 'a b', '<b>', '%zz', '\ud800', '😀', '学习', '__proto__', 'x'.repeat(5000), '../..', 'a"b', '{}'];
    const score = (): Score => ({ scaled: pick(numbers), raw: pick(numbers), min: pick(numbers), max: pick(numbers) }) as Score;
    for (let round = 0; round < 400; round++) {
      const unitId = pick(['video', 'document', 'scorm', 'html', 'simulation']);
      const unit = { ...UNITS[unitId as 'video'], id: pick(['u', ...texts.filter(Boolean)]), title: pick<Unit['title']>(['T', { en: 'T' }, { en_US: 'T', 'not a tag': 'x' }, {}]) } as Unit;
      const course: Course = { ...COURSE, id: pick(['https://example.org/c/', 'urn:uuid:c0a8c6b1-0f4e-4c3a-9a53-0d2b6f3e9a10', 'https://例子.cn/课']), language: pick(['en', 'en_US', 'english', 'zh-CN', '']), children: [unit] };
      const events = TYPES.flatMap((type): LearningEvent[] => {
        const seconds = pick(numbers) as number;
        const step = { id: pick(texts), title: pick(texts) };
        const rest = { score: score(), seconds, step, object: step, time: seconds, from: seconds, to: seconds, progress: seconds, interaction: { ...INTERACTION, id: pick(texts), latency: seconds, response: pick(texts), description: pick(texts) }, at: seconds };
        return [{ ...EVENTS[type], ...rest, ...(type === 'initialized' ? { length: seconds } : {}), unitId: unit.id } as LearningEvent];
      });
      assertValid(run(events, { course, ...(random() < 0.5 ? { template: TEMPLATE } : {}) }));
    }
  });

  it('has its own id, the learner, the registration and where it belongs', () => {
    const statements = run(TYPES.map((type) => eventAt('simulation', type)));
    assert.equal(new Set(statements.map(({ id }) => id)).size, statements.length);
    for (const { actor, context, object } of statements) {
      assert.equal(actor.account!.name, 'learner');
      assert.equal(context!.registration, fakeConnection().registration);
      assert.deepEqual(ids(context!.contextActivities!.grouping), [COURSE.id]);
      const nested = (object as Activity).id !== `${COURSE.id}/simulation`;
      assert.deepEqual(ids(context!.contextActivities!.parent), [nested ? `${COURSE.id}/simulation` : COURSE.id]);
    }
  });
});

describe('under cmi5', () => {
  const categories = (statement: Statement): string[] => ids(statement.context!.contextActivities!.category);

  it('gives its category to the defined statements and the moveOn category to verdicts, and neither to others', () => {
    for (const unitId of ['html', 'scorm', 'video', 'simulation']) {
      for (const statement of run(TYPES.map((type) => eventAt(unitId, type)), { template: TEMPLATE })) {
        const about = (statement.object as Activity).id === `${COURSE.id}/${unitId}`;
        const verb = verbOf(statement);
        const defined = about && ['initialized', 'completed', 'passed', 'failed', 'terminated'].includes(verb);
        assert.equal(categories(statement).includes(CATEGORIES.cmi5), defined, `${unitId} ${verb}`);
        assert.equal(categories(statement).includes(CATEGORIES.moveOn), defined && ['completed', 'passed', 'failed'].includes(verb));
        if (!defined) continue;
        const { score, success, completion, duration } = statement.result ?? {};
        assert.equal(score !== undefined, verb === 'passed' || verb === 'failed');
        assert.equal(success, verb === 'passed' ? true : verb === 'failed' ? false : undefined);
        assert.equal(completion, verb === 'completed' ? true : undefined);
        assert.equal(duration !== undefined, verb !== 'initialized');
      }
    }
  });

  it('keeps the LMS’s template as it is', () => {
    const { context } = one('html', 'completed', {}, { template: TEMPLATE });
    assert.equal(context!.platform, 'The LMS');
    assert.equal(context!.language, 'fr');
    assert.equal(context!.extensions![EXTENSIONS.sessionId], LMS_SESSION);
    assert.deepEqual(ids(context!.contextActivities!.grouping), ['https://publisher.example/au', COURSE.id]);
    const single = { contextActivities: { category: { id: CATEGORIES.cmi5 }, parent: { id: 'https://p.example/x' } } } as unknown as Context;
    const { contextActivities } = one('html', 'completed', {}, { template: single }).context!;
    assert.deepEqual(ids(contextActivities!.category), [CATEGORIES.cmi5, CATEGORIES.moveOn]);
    assert.deepEqual(ids(contextActivities!.parent), ['https://p.example/x', COURSE.id]);
  });

  it('leaves out a score that contradicts the verdict or lacks its bounds: an LMS would refuse the verdict with it', () => {
    const scoreOf = (type: 'passed' | 'failed', score: Score) => one('html', type, { score }, { template: TEMPLATE }).result!.score;
    assert.deepEqual(scoreOf('passed', { scaled: 0.6 }), { scaled: 0.6 });
    assert.equal(scoreOf('passed', { scaled: 0.5, raw: 5, min: 0, max: 10 }), undefined);
    assert.equal(scoreOf('failed', { scaled: 0.6 }), undefined);
    assert.equal(scoreOf('failed', { scaled: -0.5 }), undefined);
    assert.deepEqual(scoreOf('failed', { scaled: 0.5, raw: 5 }), { scaled: 0.5 });
    assert.deepEqual(scoreOf('passed', { raw: 12, min: 0, max: 16 }), { raw: 12, min: 0, max: 16 });
  });

  it('makes one verdict a session a defined one', () => {
    const statements = run((['initialized', 'failed', 'passed'] as const).map((type) => eventAt('html', type)), { template: TEMPLATE });
    assert.deepEqual(statements.map((statement) => categories(statement).includes(CATEGORIES.cmi5)), [true, true, false]);
  });

  it('is not claimed where no LMS asks for it', () => {
    for (const statement of run(TYPES.map((type) => eventAt('html', type)))) assert.deepEqual(categories(statement), []);
  });

  it('names the mastery score with the verdict', () => {
    assert.equal(one('html', 'passed').context!.extensions![EXTENSIONS.masteryScore], 0.6);
    assert.equal(one('html', 'completed').context!.extensions![EXTENSIONS.masteryScore], undefined);
  });
});

describe('the video profile', () => {
  const { video } = EXTENSIONS;

  it('has the extensions its templates include', () => {
    const statements = run(TYPES.map((type) => eventAt('video', type)));
    const find = (verb: string) => statements.find((statement) => verbOf(statement) === verb)!;
    for (const verb of ['initialized', 'paused', 'completed', 'terminated']) {
      assert.equal(find(verb).context!.extensions![video.length], 100, verb);
      assert.equal(find(verb).context!.extensions![video.completionThreshold], 0.9, verb);
    }
    for (const verb of ['played', 'paused', 'interacted', 'completed', 'terminated']) assert.equal(typeof find(verb).result!.extensions![video.time], 'number', verb);
    for (const verb of ['paused', 'completed', 'terminated']) assert.equal(typeof find(verb).result!.extensions![video.progress], 'number', verb);
    assert.deepEqual(find('seeked').result!.extensions, { [video.timeFrom]: 3, [video.timeTo]: 50 });
    for (const statement of statements) {
      assert.match(String(statement.context!.extensions![video.sessionId]), /^[\da-f-]{36}$/);
      assert.deepEqual(ids(statement.context!.contextActivities!.category), [CATEGORIES.video]);
    }
    const { result, context } = find('interacted');
    assert.equal(result!.extensions![video.captionsEnabled], true);
    assert.deepEqual(
      [video.captionsLanguage, video.volume, video.speed, video.fullScreen, video.screenSize, video.playbackSize].map((key) => context!.extensions![key]),
      ['zh-CN', 0, '1.5x', true, '1920x1080', '640x360'],
    );
  });

  it('tells what was watched, even when less of it completed the video', () => {
    const ticks = Array.from({ length: 93 }, (_, i): LearningEvent => ({ unitId: 'video', type: 'ticked', time: i + 1 }));
    const completed = run([eventAt('video', 'initialized'), eventAt('video', 'played'), ...ticks]).at(-1)!;
    assert.equal(verbOf(completed), 'completed');
    assert.deepEqual(completed.result!.extensions, { [video.time]: 90, [video.progress]: 0.9, [video.playedSegments]: '0.000[.]90.000' });
    assert.equal(completed.result!.completion, true);
  });
});

describe('the SCORM profile', () => {
  it('groups an attempt over its suspensions and begins a new one after an ordinary end', () => {
    const attempts = run((['initialized', 'suspended', 'terminated', 'initialized', 'terminated', 'initialized'] as const).map((type) => eventAt('scorm', type))).map(
      ({ context }) => ids(context!.contextActivities!.grouping),
    );
    for (const [course, attempt] of attempts) {
      assert.equal(course, COURSE.id);
      assert.match(attempt!, /^https:\/\/example\.org\/courses\/1\/scorm\/attempts\/[\da-f-]{36}$/);
    }
    assert.equal(new Set(attempts.map(([, attempt]) => attempt)).size, 2);
    assert.equal(attempts[0]![1], attempts[4]![1]);
    assert.notEqual(attempts[0]![1], attempts.at(-1)![1]);
  });

  it('names its category as a profile, interactions with “responded” below their SCO, and the outcome in terminated', () => {
    const statement = one('scorm', 'answered');
    assert.equal(verbOf(statement), 'responded');
    assert.deepEqual(statement.context!.contextActivities!.category, [
      { objectType: 'Activity', id: 'https://w3id.org/xapi/scorm', definition: { type: 'http://adlnet.gov/expapi/activities/profile' } },
    ]);
    assert.equal((statement.object as Activity).id, `${COURSE.id}/scorm/interactions/q%201`);
    assert.deepEqual(ids(statement.context!.contextActivities!.parent), [`${COURSE.id}/scorm`]);
    assert.deepEqual(statement.result, { response: 'a', success: false, duration: 'PT3.5S' });
    const terminated = run((['initialized', 'scored', 'completed', 'passed', 'terminated'] as const).map((type) => eventAt('scorm', type))).at(-1)!;
    assert.deepEqual(terminated.result, { duration: 'PT1M1S', completion: true, success: true, score: { scaled: 0.75, raw: 12, min: 0, max: 16 } });
    assert.deepEqual(one('scorm', 'progressed').result, { extensions: { [EXTENSIONS.progress]: 50 }, score: { scaled: 0.5 } });
  });
});
