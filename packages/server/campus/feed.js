import { language, make, pick, say, sayVerb } from './words.js';

/** More lines than anybody reads; the records themselves are on the server. */
const LINES = 200;

/**
 * Shows what is recorded on this page, newest first, each with its live receipt.
 * `onChange` is called with how many are stored, waiting and failed.
 */
export function startFeed(list, empty, onChange) {
  const rows = new Map();

  document.addEventListener('learning-statement', (event) => {
    const { statement, receipt } = event;
    if (rows.has(statement.id)) return;
    const row = { statement, receipt, ...makeRow(statement) };
    rows.set(statement.id, row);
    list.prepend(row.item);
    while (list.children.length > LINES) list.lastElementChild.remove();
    empty.hidden = true;
    receipt.subscribe(() => update(row));
    update(row);
  });

  function update(row) {
    const { status, error } = row.receipt;
    row.status.dataset.status = status;
    row.status.textContent = say(`status.${status}`);
    row.error.textContent = error && status !== 'stored' ? `${error.code}: ${error.message}` : '';
    row.error.hidden = row.error.textContent === '';
    count();
  }

  function count() {
    const statuses = [...rows.values()].map(({ receipt }) => receipt.status);
    const stored = statuses.filter((status) => status === 'stored').length;
    const failed = statuses.filter((status) => status === 'failed').length;
    onChange({ stored, failed, waiting: statuses.length - stored - failed });
  }

  return {
    /** Says everything again, in the page's language. */
    translate() {
      for (const row of rows.values()) {
        fillRow(row, row.statement);
        update(row);
      }
      count();
    },
  };
}

function makeRow(statement) {
  const time = make('time', { datetime: statement.timestamp });
  const verb = make('b');
  const object = make('span', { class: 'object' });
  const result = make('span', { class: 'outcome' });
  const status = make('span', { class: 'status' });
  const error = make('p', { class: 'why', hidden: true });
  const hint = make('span', { class: 'unseen' });
  const json = make('pre', { tabindex: '0' });
  const details = make('details', {}, make('summary', {}, time, make('span', { class: 'line' }, verb, ' ', object, ' ', result), status, hint), json);
  details.addEventListener('toggle', () => {
    if (details.open) json.textContent = JSON.stringify(statement, null, 2);
  });
  const row = { item: make('li', {}, details, error), time, verb, object, result, status, error, hint };
  fillRow(row, statement);
  return row;
}

function fillRow(row, { timestamp, verb, object, result }) {
  row.time.textContent = new Intl.DateTimeFormat(language(), { timeStyle: 'medium' }).format(new Date(timestamp));
  row.verb.textContent = sayVerb(verb);
  row.object.textContent = pick(object.definition?.name) || object.id;
  row.result.textContent = outcomeOf(result);
  row.hint.textContent = say('json');
}

function outcomeOf(result) {
  const score = result?.score;
  if (!score) return '';
  if (score.raw !== undefined && score.max !== undefined) return `${score.raw} / ${score.max}`;
  return score.scaled === undefined ? '' : new Intl.NumberFormat(language(), { style: 'percent' }).format(score.scaled);
}
