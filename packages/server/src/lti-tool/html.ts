import { createHash } from 'node:crypto';

export type Language = 'zh-CN' | 'en';

/** The reader's, of the two there are: what the launch says, else the browser. */
export function languageOf(...wanted: readonly (string | undefined)[]): Language {
  for (const tag of wanted) {
    if (/^\s*zh\b/i.test(tag ?? '')) return 'zh-CN';
    if (/^\s*[a-z]{2}/i.test(tag ?? '')) return 'en';
  }
  return 'zh-CN';
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

export interface PageParts {
  readonly language: Language;
  readonly title: string;
  /** Markup of ours; what is from outside is escaped in it. */
  readonly body: string;
  /** For `/campus/lti.js`, as JSON. */
  readonly data?: object;
}

/** A page of the tool's own: no script but `/campus/lti.js`, nothing from elsewhere. */
export function renderPage({ language, title, body, data }: PageParts): string {
  const script = data === undefined ? '' : `<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script><script type="module" src="/campus/lti.js"></script>`;
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <meta name="robots" content="noindex">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="/campus/mark.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/campus/lti.css">
  </head>
  <body>
${body}
    ${script}
  </body>
</html>
`;
}

/**
 * A platform has these pages in a frame, and who that is cannot be told by its address: its issuer may be another host. They hold nothing that a click could give away.
 * `form-action` is held by scheme where a form goes back to a platform, because browsers hold redirects against it, too.
 */
export const pageHeaders = (formAction = "'self'"): Record<string, string> => ({
  'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action ${formAction}; base-uri 'none'; frame-ancestors *`,
  'Cache-Control': 'no-store',
});

const SUBMIT = 'document.forms[0].submit();';

/** Posts a form elsewhere as soon as it is there; without scripts, the button does. */
export function postingPage(action: string, fields: Readonly<Record<string, string>>, language: Language): { readonly html: string; readonly headers: Record<string, string> } {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`).join('');
  const go = language === 'zh-CN' ? '继续' : 'Continue';
  const hash = createHash('sha256').update(SUBMIT).digest('base64');
  return {
    html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${go}</title></head><body><form method="post" action="${escapeHtml(action)}">${inputs}<noscript><button>${go}</button></noscript></form><script>${SUBMIT}</script></body></html>`,
    headers: {
      'Content-Security-Policy': `default-src 'none'; script-src 'sha256-${hash}'; form-action https:${action.startsWith('http:') ? ' http:' : ''}; base-uri 'none'; frame-ancestors *`,
      'Cache-Control': 'no-store',
    },
  };
}
