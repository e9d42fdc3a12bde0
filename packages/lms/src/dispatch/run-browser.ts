import { bytesToHex } from '@noble/hashes/utils.js';
import { askLaunch, playDispatched, say } from './play-dispatched.js';

/** English, then Chinese. */
const WORDS = {
  window: ['This course opens in a window of its own, where your browser can keep your place.', '本课程在单独的窗口中打开，以便浏览器记住您的进度。'],
  open: ['Open the course', '打开课程'],
  intro: ['You learn here without a name: this browser keeps a random number for you, and by it your place. In another browser, or when this one’s data are cleared, you begin anew. Your LMS is told nothing.', '在此学习不需要姓名：本浏览器用一个随机编号记住您的进度。换用其他浏览器或清除浏览数据后，将重新开始。学习平台不会收到成绩。'],
  start: ['Start', '开始学习'],
  kept: ['This browser keeps your place, without your name.', '本浏览器以匿名编号记住您的进度。'],
  other: ['Someone else learns here', '换人学习'],
  forget: ['End here, and let this browser forget you? You cannot go on with what you have done, and what could not be sent yet is given up.', '要结束学习并让本浏览器忘记您吗？之后无法继续原来的进度，尚未发送的记录也会丢弃。'],
  look: ['This browser keeps nothing for this page: you can look at the course, and nothing is recorded.', '本浏览器不允许本页保存数据：可以浏览课程，但不会记录。'],
} as const;

type Words = keyof typeof WORDS;

/** As the server takes pseudonyms. */
const NAME = /^[\da-f]{64}$/;

/**
 * Runs the page of a licence that has no LMS to tell it who learns: a cartridge's link. Each browser is one learner, by a random number that it keeps for this licence, and takes one
 * place. A frame is not enough, since browsers keep storage of frames apart and some for a session only: each opening would take a place. Nor is opening the page: links are
 * opened by programs, too, so the learner begins by hand.
 */
export async function runBrowser(place: HTMLElement, view: Window): Promise<void> {
  const page = place.ownerDocument;
  const { id = '' } = place.dataset;
  const key = `lectern.dispatch ${id}`;
  const chinese = /^zh\b/i.test(view.navigator.language) ? 1 : 0;

  function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, words: Words, ...children: readonly Node[]): HTMLElementTagNameMap[Tag] {
    const made = page.createElement(tag);
    made.lang = chinese ? 'zh-CN' : 'en';
    made.append(WORDS[words][chinese], ...children);
    return made;
  }

  function card(words: Words, ...actions: readonly Node[]): HTMLElement {
    const shown = page.createElement('div');
    shown.className = 'card';
    const title = Object.assign(page.createElement('h1'), { textContent: page.title, lang: page.documentElement.lang });
    shown.append(title, element('p', words), ...actions);
    return shown;
  }

  if (view.parent !== view) {
    const link = Object.assign(element('a', 'open'), { href: view.location.href, target: '_blank', rel: 'noopener' });
    place.replaceChildren(card('window', link));
    return;
  }
  if (!remembered(view, key)) {
    const start = Object.assign(element('button', 'start'), { type: 'button' });
    place.replaceChildren(card('intro', start));
    await new Promise((resolve) => start.addEventListener('click', resolve, { once: true }));
  }
  // Another tab may have begun meanwhile.
  const learner = remembered(view, key) ?? remember(view, key);
  const launchMode = learner ? 'Normal' : 'Browse';
  const launch = await askLaunch(id, learner ?? newName(view), launchMode);
  if (!('token' in launch)) return say(place, launch);
  const stage = page.createElement('div');
  const around = page.createElement('div');
  around.className = 'browser';
  place.replaceChildren(around, stage);
  try {
    const session = await playDispatched(stage, launch, { id, launchMode });
    if (!learner) return void around.append(element('p', 'look'));
    const other = Object.assign(element('button', 'other'), { type: 'button' });
    other.addEventListener('click', () => {
      if (!view.confirm(WORDS.forget[chinese])) return;
      other.disabled = true;
      // Of whoever learned here nothing stays.
      void session.signOut({ unsent: 'clear' }).catch(() => undefined).finally(() => {
        view.localStorage.removeItem(key);
        view.location.reload();
      });
    });
    around.append(element('p', 'kept'), other);
  } catch (error) {
    say(place, { code: 'unreachable', detail: error instanceof Error ? error.message : String(error) });
  }
}

const newName = (view: Window): string => bytesToHex(view.crypto.getRandomValues(new Uint8Array(32)));

function remembered(view: Window, key: string): string | undefined {
  try {
    const kept = view.localStorage.getItem(key);
    return kept !== null && NAME.test(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** @returns `undefined` where the browser keeps nothing: then no place may be taken, since the next opening would take another */
function remember(view: Window, key: string): string | undefined {
  const name = newName(view);
  try {
    view.localStorage.setItem(key, name);
  } catch {
    return undefined;
  }
  return remembered(view, key);
}
