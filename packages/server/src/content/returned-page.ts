import { createHash } from 'node:crypto';

/** A window of its own closes itself; a frame waits for its player to take it away. */
const SCRIPT = 'if (window.top === window.self) window.close();';

const WORDS = {
  zh: { lang: 'zh-CN', title: '学习单元已结束', text: '本单元已结束，可以关闭此窗口，回到课程页面。' },
  en: { lang: 'en', title: 'The unit has ended', text: 'This unit has ended. You can close this window and go back to the course.' },
} as const;

export const RETURNED_POLICY = `default-src 'none'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'; frame-ancestors *`;

/** The page that a launched unit returns to when it ends (cmi5 10.2.6), in the reader's language. */
export function returnedPage(acceptLanguage: string | undefined): string {
  const { lang, title, text } = /^\s*zh\b/i.test(acceptLanguage ?? 'zh') ? WORDS.zh : WORDS.en;
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title></head><body><main><p>${text}</p></main><script>${SCRIPT}</script></body></html>`;
}
