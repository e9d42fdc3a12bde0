import { QUESTIONS, UI } from './content.js';
import { el } from './pages.js';

/**
 * @param {object} quiz
 * @param {Record<string, string>} quiz.answers picked so far, by question; kept up to date
 * @param {boolean} quiz.checked whether they have been judged
 * @param {(id: string) => void} quiz.onpick
 * @param {() => void} quiz.oncheck all answered and sent in
 * @param {() => void} quiz.onagain
 */
export function renderQuiz({ answers, checked, best, needed, t, onpick, oncheck, onagain }) {
  const warning = el('p', { class: 'warning', role: 'alert' });
  const form = el('form', { novalidate: true }, ...QUESTIONS.map((question, i) => renderQuestion(question, i)));
  if (checked) {
    const raw = rate(answers);
    const passed = raw >= needed;
    const head = el(
      'div', { class: passed ? 'verdict passed' : 'verdict failed', role: 'status' },
      el('strong', {}, t(passed ? UI.passed : UI.failed)),
      el('span', {}, `${t(UI.score)}: ${raw} / 100 (${t(UI.needed)}: ${needed})`),
      ...(best > raw ? [el('span', {}, `${t(UI.best)}: ${best}`)] : []),
    );
    const again = raw < 100 ? [el('button', { type: 'button', class: 'main', onclick: onagain }, t(UI.again))] : [];
    return [head, form, ...again];
  }
  form.append(warning, el('button', { type: 'submit', class: 'main' }, t(UI.check)));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const open = QUESTIONS.find(({ id }) => answers[id] === undefined);
    if (!open) return oncheck();
    warning.textContent = t(UI.missing);
    form.querySelector(`[name="${open.id}"]`).focus();
  });
  return [form];

  function renderQuestion({ id, text, options, correct, why }, index) {
    const picked = answers[id];
    const right = picked === correct;
    const choices = Object.entries(options).map(([letter, words]) => {
      const mark = checked && letter === correct ? ' is-right' : checked && letter === picked ? ' is-wrong' : '';
      return el(
        'label', { class: `choice${mark}` },
        el('input', { type: 'radio', name: id, value: letter, checked: picked === letter, disabled: checked, onchange: () => { answers[id] = letter; warning.textContent = ''; onpick(id); } }),
        el('span', {}, t(words)),
      );
    });
    const feedback = checked ? [el('p', { class: right ? 'why right' : 'why wrong' }, el('strong', {}, t(right ? UI.right : UI.wrong)), ` ${t(why)}`)] : [];
    return el('fieldset', {}, el('legend', {}, el('span', { class: 'number' }, String(index + 1)), t(text)), ...choices, ...feedback);
  }
}

/** Points out of 100. */
export function rate(answers) {
  return Math.round((QUESTIONS.filter(({ id, correct }) => answers[id] === correct).length / QUESTIONS.length) * 100);
}
