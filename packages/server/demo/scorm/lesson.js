import { NAME, PAGES, QUESTIONS, QUIZ_TITLE, UI } from './content.js';
import { el, renderPage } from './pages.js';
import { rate, renderQuiz } from './quiz.js';
import { openRuntime } from './runtime.js';

const LANGUAGES = [['en', 'English'], ['zh-CN', '中文']];
const pages = [...PAGES, { id: 'quiz', title: QUIZ_TITLE }];
const at = (id) => document.getElementById(id);

const runtime = openRuntime(window);
const state = restore();
let shownAt = Date.now();

/** What the last visit left, if it can be read: a damaged bookmark must not keep the learner out. */
function restore() {
  const fresh = { language: '', page: 0, seen: [], answers: {}, checked: false, best: -1 };
  try {
    const saved = JSON.parse(runtime.suspended || '{}');
    if (LANGUAGES.some(([tag]) => tag === saved.l)) fresh.language = saved.l;
    if (Array.isArray(saved.s)) fresh.seen = saved.s.filter((id) => pages.some((page) => page.id === id));
    for (const { id, options } of QUESTIONS) if (Object.hasOwn(options, saved.a?.[id])) fresh.answers[id] = saved.a[id];
    fresh.checked = saved.c === 1 && QUESTIONS.every(({ id }) => id in fresh.answers);
    if (Number.isFinite(saved.b)) fresh.best = Math.max(-1, Math.min(100, saved.b));
  } catch {
    // Start afresh.
  }
  fresh.page = Math.max(0, pages.findIndex((page) => page.id === runtime.location));
  if (!fresh.language) {
    const wanted = [runtime.language, ...navigator.languages].find((tag) => /^(zh|chi|en)/i.test(tag)) ?? 'en';
    fresh.language = /^(zh|chi)/i.test(wanted) ? 'zh-CN' : 'en';
  }
  return fresh;
}

function save() {
  runtime.save(pages[state.page].id, JSON.stringify({ l: state.language, s: state.seen, a: state.answers, c: state.checked ? 1 : 0, b: state.best }));
}

const t = ([english, chinese]) => (state.language === 'zh-CN' ? chinese : english);

function go(index, focus = true) {
  state.page = Math.max(0, Math.min(pages.length - 1, index));
  const { id } = pages[state.page];
  if (!state.seen.includes(id)) state.seen.push(id);
  shownAt = Date.now();
  save();
  render(focus);
}

function chooseLanguage(tag) {
  state.language = tag;
  runtime.setLanguage(tag);
  save();
  render(false);
  at('languages').querySelector('[aria-pressed="true"]').focus();
}

function check() {
  const latency = (Date.now() - shownAt) / QUESTIONS.length;
  for (const { id, correct } of QUESTIONS) runtime.answer({ id, correct, response: state.answers[id], right: state.answers[id] === correct, latency });
  state.checked = true;
  state.best = Math.max(state.best, rate(state.answers));
  // Once passed, a later and worse try takes nothing away.
  runtime.score(state.best, state.best >= runtime.masteryScore ? 'passed' : 'failed');
  save();
  render(true);
}

function again() {
  state.answers = {};
  state.checked = false;
  go(state.page);
}

function render(focus) {
  const page = pages[state.page];
  document.documentElement.lang = state.language;
  document.title = t(NAME);
  at('name').textContent = t(NAME);
  at('languages').replaceChildren(
    ...LANGUAGES.map(([tag, label]) => el('button', { type: 'button', lang: tag, 'aria-pressed': String(tag === state.language), onclick: () => chooseLanguage(tag) }, label)),
  );
  at('steps').setAttribute('aria-label', t(UI.steps));
  at('steps').replaceChildren(
    el('ol', {}, ...pages.map(({ id, title }, i) =>
      el('li', {}, el('button', { type: 'button', class: state.seen.includes(id) ? 'seen' : '', 'aria-current': i === state.page ? 'page' : undefined, onclick: () => go(i) }, el('span', {}, t(title)))))),
  );
  const heading = el('h1', { tabindex: '-1' }, t(page.title));
  const body = page.id === 'quiz'
    ? renderQuiz({ answers: state.answers, checked: state.checked, best: state.best, needed: runtime.masteryScore, t, onpick: save, oncheck: check, onagain: again })
    : renderPage(page, t);
  at('page').replaceChildren(heading, ...body);
  const last = state.page === pages.length - 1;
  at('moves').replaceChildren(
    el('button', { type: 'button', disabled: state.page === 0, onclick: () => go(state.page - 1) }, t(UI.back)),
    ...(last ? [] : [el('button', { type: 'button', class: 'main', onclick: () => go(state.page + 1) }, t(pages[state.page + 1].id === 'quiz' ? UI.toQuiz : UI.next))]),
  );
  at('note').textContent = !runtime.connected ? t(UI.offline) : runtime.mode === 'normal' ? '' : t(UI.review);
  if (focus) {
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

// A closed tab is a break, not an end. pagehide and not unload, which browsers no longer promise to fire.
addEventListener('pagehide', () => runtime.finish(state.best >= runtime.masteryScore));
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

go(state.page, false);
