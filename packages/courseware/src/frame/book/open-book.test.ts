import type { LecternError } from '@lectern/core';
import { expect, waitUntil } from '@open-wc/testing';
import { openBook, type OpenBook } from '../open-book.js';
import { bytesUrl, makeEpub } from './book.fixture.js';
import type { BookNews } from './book-protocol.js';
import { cleanSection } from './clean-section.js';

const contentOrigin = `${location.protocol}//${location.hostname === 'localhost' ? '127.0.0.1' : 'localhost'}:${location.port}`;
const frame = `${contentOrigin}/packages/courseware/src/frame/frame.fixture.html`;
const dress = { theme: 'light', size: 100, flow: 'paginated' } as const;

describe('a book in the frame', () => {
  let host: HTMLElement;
  let book: OpenBook | undefined;
  let news: BookNews[];
  let faults: LecternError[];

  beforeEach(() => {
    host = document.body.appendChild(document.createElement('div'));
    host.style.height = '400px';
    news = [];
    faults = [];
  });
  afterEach(() => {
    book?.close();
    book = undefined;
    host.remove();
  });

  async function open(bytes: Uint8Array, place?: string): Promise<void> {
    book = await openBook({
      frame, host, dress, title: 'Book', href: bytesUrl(bytes, contentOrigin), base: location.href, signal: new AbortController().signal,
      news: (each) => news.push(each),
      fail: (error) => faults.push(error),
      ...(place ? { place } : {}),
    });
    book.element.style.cssText = 'width: 600px; height: 400px';
  }
  const last = <T extends BookNews['type']>(type: T): Extract<BookNews, { type: T }> | undefined => news.findLast((each): each is Extract<BookNews, { type: T }> => each.type === type);
  const wait = <T extends BookNews['type']>(type: T, check: (found: Extract<BookNews, { type: T }>) => boolean = () => true): Promise<void> =>
    waitUntil(() => faults.length > 0 || (last(type) && check(last(type)!)), type, { timeout: 15_000 }).then(() => void expect(faults).to.deep.equal([]));

  it('tells its contents and where it is, goes on, finds words, and opens again at the place', async () => {
    const bytes = makeEpub();
    await open(bytes);
    await wait('moved', ({ words }) => words.includes('The lathe.'));
    expect(last('opened')!.toc.map(({ label }) => label)).to.deep.equal(['Chapter 1', 'Chapter 2']);
    book!.command({ do: 'next' });
    await wait('moved', ({ words }) => words.includes('second'));
    const { place } = last('moved')!;
    book!.command({ do: 'find', query: 'LATHE' });
    await wait('found', ({ done }) => done);
    expect(last('found')!.matches.map(({ match }) => match)).to.deep.equal(['lathe', 'lathe']);
    book!.command({ do: 'dress', dress: { theme: 'dark', size: 150, flow: 'scrolled' } });
    book!.close();
    news = [];
    await open(bytes, place);
    await wait('moved', ({ words }) => words.includes('second'));
  });

  it('opens right-to-left, vertical and fixed books', async () => {
    await open(makeEpub({ language: 'ar', direction: 'rtl', chapters: ['<p dir="rtl">مخرطة</p>'] }));
    await wait('moved');
    expect(last('opened')!.direction).to.equal('rtl');
    book!.close();
    news = [];
    await open(makeEpub({ language: 'zh', head: '<style>html { writing-mode: vertical-rl }</style>', chapters: ['<p>车床安全</p>'] }));
    await wait('moved', ({ words }) => words.includes('车床安全'));
    book!.close();
    news = [];
    await open(makeEpub({ meta: '<meta property="rendition:layout">pre-paginated</meta>', head: '<meta name="viewport" content="width=600,height=800"/>' }));
    await wait('opened', ({ fixed }) => fixed);
  });

  it('runs nothing of a hostile book, and lets it reach nothing', async () => {
    const heard: unknown[] = [];
    const listen = (event: MessageEvent): void => void (event.data === 'pwned' && heard.push(event.origin));
    addEventListener('message', listen);
    const evil = "top.postMessage('pwned', '*'); parent.postMessage('pwned', '*'); parent.parent.postMessage('pwned', '*')";
    await open(
      makeEpub({
        chapters: [
          `<p>Read me.</p><script>${evil}</script><script src="evil.js"></script><img src="x:" onerror="${evil}"/><svg xmlns="http://www.w3.org/2000/svg"><script>${evil}</script><image href="https://evil.invalid/a.png"/></svg>
           <iframe src="data:text/html,&lt;script&gt;${evil}&lt;/script&gt;"></iframe><object data="pic.svg"></object><img src="https://evil.invalid/b.png"/><style>@import "https://evil.invalid/c.css"; p { background: url(https://evil.invalid/d.png) }</style>`,
        ],
        head: '<meta http-equiv="refresh" content="0;url=https://evil.invalid/"/><base href="https://evil.invalid/"/>',
        files: { 'evil.js': evil, 'pic.svg': `<svg xmlns="http://www.w3.org/2000/svg"><script>${evil}</script></svg>` },
      }),
    );
    await wait('moved', ({ words }) => words.includes('Read me.'));
    book!.command({ do: 'find', query: 'read' });
    await wait('found', ({ done }) => done);
    removeEventListener('message', listen);
    expect(heard).to.deep.equal([]);
  });

  it('says which book is protected, which is none, and which is not there', async () => {
    const encrypted = (algorithm: string): string => `<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/><enc:CipherData><enc:CipherReference URI="OPS/c1.xhtml"/></enc:CipherData></enc:EncryptedData></encryption>`;
    for (const [bytes, code] of [
      [makeEpub({ files: { 'META-INF/encryption.xml': encrypted('http://www.w3.org/2001/04/xmlenc#aes256-cbc') } }), 'book-protected'],
      [new TextEncoder().encode('<!doctype html>'), 'book-damaged'],
      [makeEpub().slice(0, 400), 'book-damaged'],
    ] as const) {
      faults = [];
      await open(bytes);
      await waitUntil(() => faults.length > 0, code, { timeout: 15_000 });
      expect(faults[0]!.code).to.equal(code);
      book!.close();
    }
  });

  it('cleans a section of all that runs or reaches elsewhere, and keeps the rest', () => {
    const clean = (body: string): string => cleanSection(`<html xmlns="http://www.w3.org/1999/xhtml" xmlns:xlink="http://www.w3.org/1999/xlink"><head><link rel="stylesheet" href="blob:x"/></head><body>${body}</body></html>`, 'application/xhtml+xml');
    const kept = clean('<p class="a" epub:type="x" xmlns:epub="e"><a href="https://ok.example/">w</a><a href="c2.xhtml#p">i</a><img src="blob:http://x/1" alt="A"/></p>');
    for (const part of ['stylesheet', 'class="a"', 'https://ok.example/', 'c2.xhtml#p', 'blob:http://x/1', 'alt="A"']) expect(kept).to.contain(part);
    const cleaned = clean(
      '<a href="java&#9;script:alert(1)" onclick="x()">a</a><a xlink:href="javascript:x">b</a><img src="//evil/x"/><img srcset="https://evil/x 2x"/><form action="https://evil"><button formaction="javascript:x"/></form><svg xmlns="http://www.w3.org/2000/svg"><set attributeName="href" to="javascript:x"/></svg>',
    );
    expect(cleaned).not.to.match(/javascript|script:|evil|onclick/i);
  });
});
