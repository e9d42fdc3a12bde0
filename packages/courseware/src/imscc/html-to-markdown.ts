/** Characters of one text of a test. */
const LONGEST = 18_000;

/** What cannot be told from Markdown's own signs is escaped, so that words stay words. */
const escapeText = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replace(/^(\s*\d{0,9})([-+.)])(?=\s)/gm, '$1\\$2');

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', hellip: '…', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', times: '×', divide: '÷', deg: '°', plusmn: '±', micro: 'µ', copy: '©', middot: '·', le: '≤', ge: '≥', ne: '≠', pi: 'π', alpha: 'α', beta: 'β' };

const decode = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : whole;
    const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd';
  });

const attribute = (tag: string, name: string): string | undefined => {
  const [, double, single, bare] = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\\s>"']{1,2000}))`, 'i').exec(tag) ?? [];
  const value = double ?? single ?? bare;
  return value === undefined ? undefined : decode(value).trim();
};

const MARKS: Readonly<Record<string, string>> = { b: '**', strong: '**', i: '_', em: '_', code: '`' };
const BLOCKS = /^(?:p|div|ul|ol|table|tr|blockquote|section|article|h[1-6]|pre)$/;

/**
 * HTML as authors' tools write it into tests, as Markdown: words, stress, lists, links and pictures stay; all else, and all that could run, goes.
 * @param resolve a picture's or a link's address as the course has it; `undefined`: it is left out
 */
export function htmlToMarkdown(html: string, resolve: (url: string, picture: boolean) => string | undefined): string {
  let out = '';
  const links: (string | undefined)[] = [];
  // What is between these is no text at all.
  const shown = html.slice(0, LONGEST * 10).replace(/<!--[^]*?(?:-->|$)/g, '').replace(/<(script|style|iframe|object|svg|math)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ');
  for (const part of shown.split(/(<\/?[a-z][^<>]*>)/i)) {
    const [, close, tagName] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(part) ?? [];
    if (tagName === undefined) {
      out += escapeText(decode(part.replace(/\s+/g, ' ')));
      continue;
    }
    const name = tagName.toLowerCase();
    if (name === 'br') out += '\\\n';
    else if (name === 'li') out += close ? '' : '\n- ';
    else if (name === 'td' || name === 'th') out += close ? ' ' : '';
    else if (BLOCKS.test(name)) out += '\n\n';
    else if (name in MARKS) out = mark(out, MARKS[name]!, close === '/');
    else if (name === 'img' && !close) {
      const src = attribute(part, 'src');
      const at = src === undefined ? undefined : resolve(src, true);
      const alt = escapeText(attribute(part, 'alt') ?? '');
      out += at === undefined ? alt : `![${alt}](<${at.replace(/[<>\s]/g, encodeURIComponent)}>)`;
    } else if (name === 'a' && !close) {
      const href = attribute(part, 'href');
      const at = href === undefined ? undefined : resolve(href, false);
      links.push(at);
      if (at !== undefined) out += '[';
    } else if (name === 'a') {
      const at = links.pop();
      if (at !== undefined) out += `](<${at.replace(/[<>\s]/g, encodeURIComponent)}>)`;
    }
  }
  return out.replace(/[ \t]+\n(?! )/g, '\n').replace(/\n{3,}/g, '\n\n').replace(/^[ \t]+(?=\S)/gm, '').trim().slice(0, LONGEST);
}

/** Markdown's marks stand against the words: a space before the closing one goes behind it. */
function mark(out: string, sign: string, closing: boolean): string {
  if (!closing) return out + sign;
  const words = out.trimEnd();
  if (words.endsWith(sign)) return words.slice(0, -sign.length) + out.slice(words.length); // nothing was in it
  return words + sign + out.slice(words.length);
}
