import { parseQuiz, type QuizUnit } from '@lectern/core';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../define.js';
import type { CoursePlayer } from '../../course-player.js';
import { courseOf, MemoryHost, type MemorySession } from '../../memory-host.fixture.js';

const choice = (id: string, text: string, correct = false) => ({ id, text, correct });
const QUESTIONS = [
  { id: 'one', kind: 'single', prompt: 'What first?', feedback: { general: 'Because.' }, choices: [choice('a', 'Goggles', true), choice('b', 'Gloves'), choice('c', 'Music')] },
  { id: 'some', kind: 'multiple', prompt: 'Which are safe?', points: 2, choices: [choice('a', 'Cap', true), choice('b', 'Scarf'), choice('c', 'Boots', true)] },
  { id: 'row', kind: 'order', prompt: 'In which order?', points: 3, items: [{ id: 'x', text: 'Clamp' }, { id: 'y', text: 'Start' }, { id: 'z', text: 'Cut' }] },
  { id: 'pairs', kind: 'match', prompt: 'Which belongs to which?', points: 2, sources: [{ id: 's1', text: 'Chuck', target: 't1' }, { id: 's2', text: 'Tool', target: 't2' }], targets: [{ id: 't1', text: 'holds' }, { id: 't2', text: 'cuts' }] },
  { id: 'word', kind: 'text', prompt: 'What is it called?', accepted: ['Lathe'] },
  { id: 'number', kind: 'numeric', prompt: 'How fast?', unit: 'rpm', accepted: [{ value: 2.5, tolerance: 0.1 }] },
];

const unit = (quiz: object, more: object = {}): QuizUnit => ({ type: 'unit', kind: 'quiz', id: 'q', title: 'Quiz', moveOn: 'CompletedOrPassed', quiz: parseQuiz({ passMark: 0.6, attempts: 2, questions: QUESTIONS, ...quiz }), ...more }) as QuizUnit;

async function mount(course: ReturnType<typeof courseOf>, host: MemoryHost, lang = 'en', more: Partial<CoursePlayer> = {}): Promise<CoursePlayer> {
  const session = await fixture<MemorySession>(html`<memory-session lang=${lang}></memory-session>`);
  session.host = host;
  const player = Object.assign(document.createElement('course-player'), more);
  player.course = course;
  session.append(player);
  return player;
}

const quizOf = (player: CoursePlayer): ShadowRoot => player.shadowRoot!.querySelector('.unit')!.shadowRoot!;
const shows = (player: CoursePlayer, selector: string): Promise<void> => waitUntil(() => player.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector(selector), selector);
const question = (player: CoursePlayer, id: string): HTMLElement => quizOf(player).querySelector(`[data-question="${id}"]`)!;
const words = (player: CoursePlayer): string => quizOf(player).textContent!.replace(/\s+/g, ' ');
const press = (player: CoursePlayer, name: string): void => [...quizOf(player).querySelectorAll('button')].find((button) => (button.getAttribute('aria-label') ?? button.textContent!).trim() === name)!.click();

function pick(player: CoursePlayer, id: string, ...values: string[]): void {
  for (const value of values) question(player, id).querySelector<HTMLInputElement>(`input[value="${value}"]`)!.click();
}
function write(player: CoursePlayer, id: string, value: string): void {
  const input = question(player, id).querySelector('input')!;
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
function pair(player: CoursePlayer, place: number, value: string): void {
  const select = question(player, 'pairs').querySelectorAll('select')[place]!;
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

describe('a quiz', () => {
  beforeEach(() => localStorage.clear());

  it('is begun, answered, handed in, judged and told, each answer as an interaction; accessible throughout', async () => {
    const host = new MemoryHost();
    const player = await mount(courseOf(unit({})), host);
    await shows(player, '.intro');
    expect(words(player)).to.contain('Questions6').and.to.contain('To pass60%').and.to.contain('Attempts left2');
    await expect(player).to.be.accessible();
    press(player, 'Begin');
    await shows(player, 'form');
    expect(quizOf(player).activeElement?.className).to.equal('form-head');
    pick(player, 'one', 'a');
    pick(player, 'some', 'a', 'c');
    pair(player, 0, 't1');
    pair(player, 1, 't2');
    write(player, 'word', 'lathe');
    expect(words(player)).to.contain('4 of 6 answered');
    await expect(player).to.be.accessible();
    press(player, 'Hand in');
    await shows(player, '.missing');
    expect(words(player)).to.contain('2 questions are not answered yet.');
    press(player, 'Go to the first of them');
    expect(quizOf(player).activeElement?.id).to.equal('prompt-2');
    press(player, 'Hand in as it is');
    await shows(player, '.result-head');
    expect(words(player)).to.contain('Passed').and.to.contain('60% 6 of 10 points');
    await expect(player).to.be.accessible();
    expect(host.verbs).to.deep.equal(['initialized', 'progressed', 'progressed', 'progressed', 'progressed', 'answered', 'answered', 'answered', 'answered', 'passed', 'completed'].filter((verb) => host.verbs.includes(verb) || verb !== 'progressed'));
    const told = host.statements.filter(({ verb }) => verb.id.endsWith('answered')).map(({ object, result }) => [(object as { definition?: { interactionType?: string } }).definition?.interactionType, result?.response, result?.success]);
    expect(told).to.deep.equal([['choice', 'a', true], ['choice', 'a[,]c', true], ['matching', 's1[.]t1[,]s2[.]t2', true], ['long-fill-in', 'lathe', true]]);
    expect(host.statements.find(({ verb }) => verb.id.endsWith('passed'))?.result?.score).to.deep.equal({ scaled: 0.6, raw: 6, min: 0, max: 10 });
  });

  it('says its title once: where the player shows it above the quiz, it is the name of the page alone', async () => {
    const headings = (player: CoursePlayer): string[] => [...quizOf(player).querySelectorAll('[role=heading], h1, h2, h3, h4, h5, h6')].map((heading) => `${heading.getAttribute('aria-level') ?? heading.localName} ${heading.textContent}`);
    const intro = (player: CoursePlayer): string | null => quizOf(player).querySelector('.intro')!.getAttribute('aria-label');
    const open = async (quiz: object, more: Partial<CoursePlayer> = {}): Promise<CoursePlayer> => {
      const player = await mount(courseOf(unit(quiz)), new MemoryHost(), 'en', more);
      await shows(player, '.intro');
      await expect(player).to.be.accessible();
      return player;
    };
    const shown = await open({ title: ' quiz' });
    expect([intro(shown), headings(shown)]).to.deep.equal([' quiz', []]);
    const other = await open({ title: 'What have you learned?' });
    expect([intro(other), headings(other)]).to.deep.equal(['What have you learned?', ['4 What have you learned?']]);
    const alone = await open({}, { chrome: 'none' });
    expect([intro(alone), headings(alone)]).to.deep.equal(['Quiz', ['2 Quiz']]);
    press(shown, 'Begin');
    await shows(shown, 'form');
    press(shown, 'Hand in');
    await shows(shown, '.missing');
    press(shown, 'Hand in as it is');
    await shows(shown, '.result-head');
    expect(headings(shown)).to.deep.equal(['4 Not passed yet']);
  });

  it('puts the headings in its texts under the unit’s', async () => {
    const player = await mount(courseOf(unit({ markup: 'markdown', instructions: '# Before you begin\n\n## Tools\n\nA pencil.' })), new MemoryHost());
    await shows(player, '.intro h4');
    expect(quizOf(player).querySelector('.intro h5')!.textContent).to.equal('Tools');
    await expect(player).to.be.accessible();
  });

  it('goes on where it was left, on another device too', async () => {
    const host = new MemoryHost();
    const course = courseOf(unit({}));
    const first = await mount(course, host);
    await shows(first, '.intro');
    press(first, 'Begin');
    await shows(first, 'form');
    pick(first, 'one', 'b');
    write(first, 'number', '2,5');
    first.remove();
    localStorage.clear();
    const second = await mount(course, host);
    await shows(second, '.intro');
    expect(words(second)).to.contain('Attempts left2');
    press(second, 'Go on');
    await shows(second, 'form');
    expect(question(second, 'one').querySelector<HTMLInputElement>('input[value=b]')!.checked).to.equal(true);
    expect(question(second, 'number').querySelector('input')!.value).to.equal('2,5');
  });

  it('checks each answer at once where the author wants it, and then it stands', async () => {
    const host = new MemoryHost();
    const player = await mount(courseOf(unit({ feedback: 'immediate', answers: 'with-feedback' })), host);
    await shows(player, '.intro');
    press(player, 'Begin');
    await shows(player, 'form');
    pick(player, 'one', 'b');
    question(player, 'one').querySelector<HTMLButtonElement>('.check')!.click();
    await shows(player, '.feedback');
    const one = question(player, 'one');
    expect(one.textContent).to.contain('Not right').and.to.contain('Because.').and.to.contain('Goggles');
    expect(quizOf(player).activeElement).to.equal(one.querySelector('.feedback'));
    expect([...one.querySelectorAll('input')].every(({ disabled }) => disabled)).to.equal(true);
    expect(host.verbs.filter((verb) => verb === 'answered').length).to.equal(1);
    await expect(player).to.be.accessible();
  });

  it('is put into order by buttons, and says where an item went', async () => {
    const player = await mount(courseOf(unit({})), new MemoryHost());
    await shows(player, '.intro');
    press(player, 'Begin');
    await shows(player, 'form');
    const order = (): string[] => [...question(player, 'row').querySelectorAll('li')].map((item) => item.textContent!.trim());
    for (const [place, name] of ['Clamp', 'Start', 'Cut'].entries()) while (order().indexOf(name) > place) press(player, `Move up: ${name}`);
    expect(order()).to.deep.equal(['Clamp', 'Start', 'Cut']);
    await waitUntil(() => player.shadowRoot!.querySelector('[role=status]')!.textContent!.includes('place'));
    expect(quizOf(player).activeElement?.getAttribute('aria-label')).to.contain('Move up');
  });

  it('ends by itself when its time is over, also while the page was closed', async () => {
    const host = new MemoryHost();
    const course = courseOf(unit({ timeLimitSeconds: 60 }));
    host.documents.set(`${course.id}/q lectern.quiz`, { v: 1, attempt: { number: 1, startedAt: Date.now() - 61_000, questions: [{ id: 'one' }, { id: 'number' }], answers: { one: 'a' }, checked: [] } });
    const player = await mount(course, host);
    await shows(player, '.result-head');
    expect(words(player)).to.contain('Not passed yet').and.to.contain('50%').and.to.contain('One attempt left');
    await waitUntil(() => host.verbs.includes('failed'));
    press(player, 'Try again');
    await shows(player, '.clock');
    expect(words(player)).to.match(/(1:00|0:59)/);
  });

  it('speaks Chinese, and takes Markdown without letting anything in it run', async () => {
    const quiz = { markup: 'markdown', questions: [{ id: 'm', kind: 'single', prompt: '**Which** <img src=x onerror="window.hit=1"> `tool`?', choices: [{ id: 'a', text: '*Chuck*', correct: true }, { id: 'b', text: '[x](javascript:alert(1))' }] }] };
    const player = await mount(courseOf(unit(quiz)), new MemoryHost(), 'zh-CN');
    await shows(player, '.intro');
    await waitUntil(() => words(player).includes('开始'));
    press(player, '开始');
    await shows(player, 'form');
    expect(question(player, 'm').querySelector('strong')?.textContent).to.equal('Which');
    expect(question(player, 'm').querySelector('img')).to.equal(null);
    expect(question(player, 'm').querySelector('a')?.getAttribute('href') ?? '').to.not.contain('javascript');
    expect((window as { hit?: number }).hit).to.equal(undefined);
  });

  it('says what is wrong with a description that is none', async () => {
    const course = courseOf({ type: 'unit', kind: 'quiz', id: 'q', title: 'Quiz', moveOn: 'Completed', src: `data:application/json,${encodeURIComponent('{"questions":[{"id":"a","kind":"essay"}]}')}` });
    const player = await mount(course, new MemoryHost());
    await waitUntil(() => player.shadowRoot!.querySelector('.problem'));
    expect(player.shadowRoot!.textContent).to.contain('quiz-invalid').and.to.contain('questions[0].kind');
  });
});
