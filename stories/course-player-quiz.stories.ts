import { parseQuiz, type Course, type QuizUnit, type StateContent } from '@lectern/core';
import '@lectern/components/course-player/define';
import type { CoursePlayer } from '@lectern/components/course-player';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { strToU8, zipSync } from 'fflate';
import { html, type TemplateResult } from 'lit';
import { MemoryHost } from '../packages/components/src/course-player/memory-host.fixture.js';
import { answer, dark, ownPage } from './environment.js';

type Story = StoryObj<CoursePlayer>;

const text = (en: string, zh: string) => ({ en, 'zh-CN': zh });
const item = (id: string, en: string, zh: string, more: object = {}) => ({ id, text: text(en, zh), ...more });

const description = {
  title: text('Lathe safety', '车床安全'),
  instructions: text('Answer without the handbook. You can come back at any time.', '请不要查阅手册作答。您可以随时离开再回来。'),
  passMark: 0.7,
  attempts: 3,
  outcomes: { passed: text('You may work at the machine, under supervision.', '您可以在指导下操作机床。'), failed: text('Watch the film once more, from the second minute.', '请从第二分钟起再看一遍视频。') },
  questions: [
    {
      id: 'first', kind: 'single', prompt: text('What do you do before you switch the machine on?', '开机前首先要做什么？'),
      choices: [
        item('key', 'Take the chuck key out', '取下卡盘扳手', { correct: true, feedback: text('It would fly out at 20 metres a second.', '否则扳手会以每秒 20 米的速度飞出。') }),
        item('gloves', 'Put gloves on', '戴上手套', { feedback: text('Gloves are caught by what turns.', '手套会被旋转部件卷入。') }),
        item('speed', 'Choose the highest speed', '选择最高转速'),
      ],
    },
    {
      id: 'wear', kind: 'multiple', points: 2, scoring: 'each', prompt: text('What do you wear?', '应当穿戴什么？'),
      choices: [item('goggles', 'Goggles', '护目镜', { correct: true }), item('ring', 'A ring', '戒指'), item('cap', 'A cap over long hair', '工作帽（收好长发）', { correct: true }), item('scarf', 'A scarf', '围巾')],
    },
    { id: 'steps', kind: 'order', points: 3, scoring: 'each', prompt: text('In which order?', '正确的顺序是？'), items: [item('clamp', 'Clamp the workpiece', '装夹工件'), item('tool', 'Set the tool to centre height', '将刀尖调至中心高'), item('run', 'Start the spindle', '启动主轴')] },
    {
      id: 'parts', kind: 'match', points: 3, scoring: 'each', prompt: text('Which part does what?', '各部件有什么作用？'),
      sources: [item('chuck', 'Chuck', '卡盘', { target: 'hold' }), item('carriage', 'Carriage', '溜板', { target: 'move' }), item('tail', 'Tailstock', '尾座', { target: 'support' })],
      targets: [item('hold', 'holds the workpiece', '夹持工件'), item('move', 'moves the tool', '移动刀具'), item('support', 'supports long workpieces', '支撑长工件'), item('cool', 'cools the tool', '冷却刀具')],
    },
    { id: 'name', kind: 'text', prompt: text('What is the part called that turns the workpiece?', '带动工件旋转的部件叫什么？'), accepted: ['spindle', '主轴'] },
    { id: 'rate', kind: 'numeric', prompt: text('A bar of 50 mm at 100 m/min: how many turns a minute?', '直径 50 毫米的棒料，切削速度 100 米/分，转速是多少？'), unit: text('turns a minute', '转/分'), accepted: [{ value: 637, tolerance: 5 }] },
  ],
};

const quiz = (more: object = {}): QuizUnit => ({ type: 'unit', kind: 'quiz', id: 'quiz', title: text('Safety test', '安全测验'), moveOn: 'CompletedAndPassed', quiz: parseQuiz({ ...description, ...more }) }) as QuizUnit;
const courseOf = (unit: QuizUnit): Course => ({ id: 'https://lectern.example/stories/quiz', title: text('Lathe safety and set-up', '车床安全与调试'), format: 'course', language: 'en', children: [unit] });

const answers = { first: 'gloves', wear: ['goggles', 'cap'], steps: ['clamp', 'run', 'tool'], parts: { chuck: 'hold', carriage: 'move' }, name: 'spindle', rate: '600' };
const drawn = [{ id: 'first' }, { id: 'wear' }, { id: 'steps', order: [0, 2, 1] }, { id: 'parts' }, { id: 'name' }, { id: 'rate' }];

/** With an attempt as it was left. */
function shown(unit: QuizUnit, attempt?: object): TemplateResult {
  const host = new MemoryHost();
  const course = courseOf(unit);
  if (attempt) host.documents.set(`${course.id}/quiz lectern.quiz`, { v: 1, attempt: { number: 1, startedAt: Date.now() - 30_000, questions: drawn, answers, checked: [], ...attempt } } as StateContent);
  return html`<memory-session .host=${host}><course-player .course=${course}></course-player></memory-session>`;
}

const begun = async ({ canvasElement }: { canvasElement: HTMLElement }): Promise<void> => {
  const player = canvasElement.querySelector('course-player')!;
  for (let turn = 0; turn < 200; turn += 1) {
    const button = player.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector<HTMLButtonElement>('.intro button');
    if (button) return button.click();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};

const meta: Meta<CoursePlayer> = { title: 'Course player/Quiz', component: 'course-player', render: () => shown(quiz()) };
export default meta;

export const Before: Story = {};

/** Every kind of question. */
export const Questions: Story = { render: () => shown(quiz(), { answers: {} }), play: begun };

export const HalfAnswered: Story = { render: () => shown(quiz(), {}), play: begun };

/** Feedback at once, and what is checked stands. */
export const CheckedAtOnce: Story = { render: () => shown(quiz({ feedback: 'immediate', answers: 'with-feedback' }), { checked: ['first', 'wear', 'steps'] }), play: begun };

export const WithTimeLimit: Story = { render: () => shown(quiz({ timeLimitSeconds: 80 }), { startedAt: Date.now() - 30_000 }), play: begun };

export const NotPassed: Story = { render: () => shown(quiz(), { endedAt: Date.now() }) };

export const PassedAtLast: Story = { render: () => shown(quiz({ attempts: 1, passMark: 0.5 }), { endedAt: Date.now() }) };

/** Nobody can tell right from wrong. */
export const Survey: Story = {
  render: () => shown(quiz({ passMark: undefined, attempts: undefined, questions: [{ id: 's', kind: 'text', multiline: true, prompt: text('What would make the workshop better?', '您对实训车间有什么建议？') }] }), { questions: [{ id: 's' }], answers: {} }),
  play: begun,
};

const LONG = 'A very long question that goes on and on about the spindle, the chuck, the carriage and the tailstock, as questions of committees do, with Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft in it. '.repeat(3);
export const LongText: Story = {
  render: () => html`<div style="max-width: 328px">${shown(quiz({ questions: [{ id: 'l', kind: 'single', prompt: LONG, choices: [{ id: 'a', text: LONG, correct: true }, { id: 'b', text: LONG }] }] }), { questions: [{ id: 'l' }], answers: { l: 'a' } })}</div>`,
  play: begun,
};

export const Narrow: Story = { render: () => html`<div lang="zh-CN" style="max-width: 328px">${shown(quiz(), {})}</div>`, play: begun };

export const Chinese: Story = { render: () => html`<div lang="zh-CN">${shown(quiz(), {})}</div>`, play: begun };

export const RightToLeft: Story = { render: () => html`<div dir="rtl">${shown(quiz(), {})}</div>`, play: begun };

export const Dark: Story = { render: () => dark(shown(quiz({ feedback: 'immediate' }), { checked: ['first', 'wear'] })), play: begun };

const QTI = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"';
const qtiItem = (id: string, cardinality: string, correct: readonly string[], body: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item ${QTI} identifier="${id}" title="${id}" adaptive="false" time-dependent="false">
  <qti-response-declaration identifier="RESPONSE" cardinality="${cardinality}" base-type="identifier"><qti-correct-response>${correct.map((value) => `<qti-value>${value}</qti-value>`).join('')}</qti-correct-response></qti-response-declaration>
  <qti-item-body>${body}</qti-item-body>
  <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
</qti-assessment-item>`;
const choices = (max: number, prompt: string, ...texts: readonly string[]): string =>
  `<qti-choice-interaction response-identifier="RESPONSE" max-choices="${max}"><qti-prompt>${prompt}</qti-prompt>${texts.map((each, place) => `<qti-simple-choice identifier="${'ABCD'[place]}">${each}</qti-simple-choice>`).join('')}</qti-choice-interaction>`;

/** A test as an authoring tool exports it: a QTI 3.0 package. */
const qtiPackage = (): Uint8Array<ArrayBuffer> => {
  const items = { speed: qtiItem('speed', 'single', ['B'], choices(1, 'The bar is twice as thick. The spindle turns <b>…</b>', 'twice as fast', 'half as fast', 'as before')), wear: qtiItem('wear', 'multiple', ['A', 'C'], choices(0, 'What do you wear?', 'Safety glasses', 'Gloves', 'A cap over long hair')) };
  const files = Object.entries(items).map(([id, xml]) => [`items/${id}.xml`, xml] as const);
  const test = `<qti-assessment-test ${QTI} identifier="test" title="Speeds and clothes"><qti-test-part identifier="part" navigation-mode="nonlinear" submission-mode="simultaneous"><qti-assessment-section identifier="all" title="At the lathe" visible="true"><qti-rubric-block view="candidate"><h1>Before you begin</h1><p>Two questions; no handbook.</p></qti-rubric-block>${files.map(([href], place) => `<qti-assessment-item-ref identifier="r${place}" href="${href}"/>`).join('')}</qti-assessment-section></qti-test-part></qti-assessment-test>`;
  const manifest = `<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="m"><metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata><organizations/><resources><resource identifier="t" type="imsqti_test_xmlv3p0" href="test.xml"><file href="test.xml"/></resource>${files.map(([href], place) => `<resource identifier="i${place}" type="imsqti_item_xmlv3p0" href="${href}"><file href="${href}"/></resource>`).join('')}</resources></manifest>`;
  return zipSync({ 'imsmanifest.xml': strToU8(manifest), 'test.xml': strToU8(test), ...Object.fromEntries(files.map(([href, xml]) => [href, strToU8(xml)])) }) as Uint8Array<ArrayBuffer>;
};

const qti: Pick<Story, 'parameters' | 'beforeEach' | 'render'> = {
  parameters: ownPage(),
  beforeEach: () => answer('test-of-an-authoring-tool', () => Promise.resolve(new Response(qtiPackage()))),
  render: () => html`<memory-session .host=${new MemoryHost()}><course-player src="https://files.example/test-of-an-authoring-tool"></course-player></memory-session>`,
};

/** A QTI test is a quiz. Its title stands above it, and is not said again. */
export const Qti: Story = qti;

export const QtiQuestions: Story = { ...qti, play: begun };
