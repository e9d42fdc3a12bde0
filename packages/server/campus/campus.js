import { countReceipts } from './counts.js';
import { startUpload } from './upload.js';
import { language, make, pick, say, translatePage } from './words.js';

const $ = (id) => document.getElementById(id);
const { documentElement: root } = document;
const session = $('session');
let demo = { learners: [], courses: [] };
let counts = { stored: 0, waiting: 0, failed: 0 };

function keep(name, value) {
  try {
    localStorage.setItem(`campus.${name}`, value);
  } catch {
    // A browser that keeps nothing only forgets the choice.
  }
}

function kept(name) {
  try {
    return localStorage.getItem(`campus.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

// What is recorded

function showCounts() {
  const { stored, waiting, failed } = counts;
  const none = stored + waiting + failed === 0;
  $('pulse').textContent = none ? say('pulse.none') : say('pulse.some', stored, waiting) + (failed > 0 ? say('pulse.failed', failed) : '');
  root.dataset.pulse = failed > 0 ? 'failed' : waiting > 0 ? 'waiting' : none ? 'none' : 'stored';
  const number = new Intl.NumberFormat(language());
  $('tally').replaceChildren(
    ...Object.entries({ stored, waiting, failed }).map(([name, value]) => make('div', { class: name }, make('dt', {}, say(`tally.${name}`)), make('dd', {}, number.format(value)))),
  );
}

countReceipts((next) => {
  counts = next;
  showCounts();
});

// Who learns

const learner = () => $('learner').value || 'guest';

function showLearners() {
  const chosen = $('learner').value || new URLSearchParams(location.search).get('learner') || kept('learner') || demo.learners[0]?.id;
  $('learner').replaceChildren(...demo.learners.map(({ id, name }) => make('option', { value: id, selected: id === chosen }, pick(name))));
}

function signIn() {
  const course = demo.courses[0];
  const query = new URLSearchParams({ learner: learner(), ...(course ? { course: course.id } : {}) });
  session.setAttribute('token-url', `/demo/token?${query}`);
}

$('learner').addEventListener('change', () => {
  keep('learner', learner());
  signIn();
});

// What is learned

function showCourse({ id }) {
  const url = `/courses/${encodeURIComponent(id)}/course.json`;
  $('player').setAttribute('src', url);
  $('viewer').setAttribute('course', url);
  $('snippet').textContent = snippet(id);
}

const snippet = (id) => `<script type="module" src="${location.origin}/lectern/lectern.js"></script>

<learning-session token-url="/your-backend/learner-token">
  <course-player src="${location.origin}/courses/${id}/course.json"></course-player>
  <credit-tracker></credit-tracker>
  <statement-feed></statement-feed>
</learning-session>`;

$('copy').addEventListener('click', async () => {
  const button = $('copy');
  try {
    await navigator.clipboard.writeText($('snippet').textContent);
    button.textContent = say('embed.copied');
    setTimeout(() => (button.textContent = say('embed.copy')), 2000);
  } catch {
    // Not every page may write to the clipboard: then the text is marked, ready to be copied.
    getSelection().selectAllChildren($('snippet'));
  }
});

const upload = startUpload({ form: $('drop'), input: $('file'), output: $('upload'), learner });

// How it looks

let alarm;
function sound(key) {
  alarm = key;
  $('alarm').hidden = key === undefined;
  $('alarm').textContent = key === undefined ? '' : say(key);
}

function show() {
  translatePage();
  showLearners();
  showCounts();
  upload.translate();
  sound(alarm);
  for (const button of document.querySelectorAll('[data-lang]')) button.setAttribute('aria-pressed', String(button.dataset.lang === language()));
  $('theme').setAttribute('aria-pressed', String(root.dataset.theme === 'dark'));
}

for (const button of document.querySelectorAll('[data-lang]')) {
  button.addEventListener('click', () => {
    root.lang = button.dataset.lang;
    keep('lang', root.lang);
    show();
  });
}

$('theme').addEventListener('click', () => {
  root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
  keep('theme', root.dataset.theme);
  show();
});

// Off we go

show();
try {
  const response = await fetch('/demo', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const answer = await response.json();
  demo = { learners: answer.learners ?? [], courses: answer.courses ?? [] };
  show();
  const [course] = demo.courses;
  if (course) {
    signIn();
    showCourse(course);
  } else sound('alarm.course');
} catch {
  sound('alarm.server');
}
