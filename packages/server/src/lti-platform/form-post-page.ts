import { createHash } from 'node:crypto';

/** Sends the form as soon as it is there; without scripts, the button does. */
const SCRIPT = 'document.forms[0].submit();';

const WORDS = {
  zh: { lang: 'zh-CN', title: '正在打开学习工具', go: '继续', refused: '无法打开此学习工具', tell: '请回到课程页面重试；若问题仍在，请把以下内容告诉老师或本站的技术支持。' },
  en: { lang: 'en', title: 'Opening the tool', go: 'Continue', refused: 'This tool cannot be opened', tell: 'Go back to the course and try again. If it stays so, tell your teacher or the support of this site what follows.' },
} as const;

const wordsFor = (acceptLanguage: string | undefined) => (/^\s*zh\b/i.test(acceptLanguage ?? 'zh') ? WORDS.zh : WORDS.en);

/**
 * Whoever shows the player may have this page in a frame: it holds nothing that could be clicked for another end, and its address works once. In the
 * player's own frame it is of the player's origin, with nothing of the tool's in it: no script runs here but the one below.
 * `form-action` is held by scheme alone, because browsers hold the redirects of a tool's own answer against it, too.
 */
export const formPostPolicy = (action: string): string =>
  `default-src 'none'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'; form-action https:${action.startsWith('http:') ? ' http:' : ''}; base-uri 'none'; frame-ancestors *`;

export const REFUSAL_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *";

/** A page that posts the answer of an authorization request to its `redirect_uri` (OAuth 2.0 Form Post Response Mode). */
export function formPostPage(action: string, fields: Readonly<Record<string, string>>, acceptLanguage: string | undefined): string {
  const words = wordsFor(acceptLanguage);
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('');
  return page(words.lang, words.title, `<form method="post" action="${escape(action)}">${inputs}<noscript><button>${words.go}</button></noscript></form><script>${SCRIPT}</script>`);
}

/** What stands where a launch cannot even be answered to the tool. */
export function refusalPage(message: string, acceptLanguage: string | undefined): string {
  const words = wordsFor(acceptLanguage);
  return page(words.lang, words.refused, `<main><h1>${words.refused}</h1><p>${words.tell}</p><p lang="en">${escape(message)}</p></main>`);
}

const page = (lang: string, title: string, body: string): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="referrer" content="strict-origin"><title>${title}</title></head><body>${body}</body></html>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
