import { pick, say, translatePage } from './words.js';

/** A page that is only the player: `/play/:courseId?learner=NAME` in the demo, `/play/:courseId#launch=TOKEN` from a host's backend. */
const courseId = decodeURIComponent(location.pathname.split('/').filter(Boolean).at(-1) ?? '');
const session = document.getElementById('session');
const player = document.getElementById('player');

function sound(key) {
  const alarm = document.getElementById('alarm');
  alarm.textContent = say(key);
  alarm.hidden = false;
}

translatePage();

const launch = new URLSearchParams(location.hash.slice(1)).get('launch');
if (launch) {
  // The token stays out of the history and of whatever is copied from the address bar; a reload needs it, so it is kept for this tab.
  try {
    sessionStorage.setItem(`launch:${courseId}`, launch);
    history.replaceState(null, '', location.pathname + location.search);
  } catch {
    // Without storage it stays in the address.
  }
}
const learner = new URLSearchParams(location.search).get('learner');
const token = launch ?? (learner ? undefined : keptLaunch());

function keptLaunch() {
  try {
    return sessionStorage.getItem(`launch:${courseId}`) ?? undefined;
  } catch {
    return undefined;
  }
}

if (token) {
  session.tokenRequest = { method: 'POST', headers: { authorization: `Bearer ${token}` } };
  session.setAttribute('token-url', '/launches/token');
} else {
  const query = new URLSearchParams({ learner: learner ?? 'guest', course: courseId });
  session.setAttribute('token-url', `/demo/token?${query}`);
}
session.addEventListener('lectern-error', (event) => {
  if (token && event.error?.code === 'unauthorized') sound('alarm.launch');
});
const src = `/courses/${encodeURIComponent(courseId)}/course.json`;
player.addEventListener(
  'lectern-unit-change',
  async () => {
    // The player has it already, so this comes from the browser's cache.
    const course = await fetch(src).then((response) => response.json()).catch(() => undefined);
    document.title = (course ? pick(course.title) : player.snapshot?.course?.title) || document.title;
    document.getElementById('title').textContent = document.title;
  },
  { once: true },
);
// The server writes it into the page of a course it knows; for any other, the player says what is wrong.
if (!player.hasAttribute('src')) player.setAttribute('src', src);
