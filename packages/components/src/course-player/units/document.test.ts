import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { renderMarkdown } from './markdown.js';
import { pickSource } from './document.js';
import { leastReadingSeconds } from './reading.js';
import '../define.js';
import type { CoursePlayer } from '../course-player.js';
import { courseOf, MemoryHost, type MemorySession } from '../memory-host.fixture.js';

const URL_OF = 'https://content.example/course/text/page.md';

function markup(markdown: string, level = 2): HTMLElement {
  const element = document.createElement('div');
  element.append(renderMarkdown(markdown, URL_OF, level, { heading: '脚注', back: '返回正文' }));
  return element;
}

const data = (markdown: string): string => `data:text/markdown,${encodeURIComponent(markdown)}`;

async function read(markdown: string, host: MemoryHost, more: Partial<CoursePlayer> = {}): Promise<{ player: CoursePlayer; root: ShadowRoot }> {
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  session.host = host;
  const player = Object.assign(document.createElement('course-player'), more);
  player.course = courseOf({ type: 'unit', kind: 'document', id: 'd', title: 'D', moveOn: 'Completed', expectedSeconds: 18, sources: [{ src: data(markdown), type: 'text/markdown', lang: 'en' }] });
  session.append(player);
  await waitUntil(() => player.shadowRoot!.querySelector('.unit')?.shadowRoot?.querySelector('article'), 'an article', { timeout: 5000 });
  return { player, root: player.shadowRoot!.querySelector('.unit')!.shadowRoot! };
}

describe('document unit', () => {
  it('makes nothing of hostile Markdown that runs, frames, submits or styles', () => {
    const element = markup(
      [
        '<script>alert(1)</script><img src=x onerror=alert(1)><iframe src="https://x"></iframe><style>*{}</style>',
        '[a](javascript:alert(1)) [b](data:text/html,x) ![c](x" onerror="alert(1)) <https://ok.example/>',
        '[d](http://[) <form action=x><input></form> <svg/onload=alert(1)>',
        '- [x] done',
      ].join('\n\n'),
    );
    expect(element.querySelector('script, iframe, style, form, svg, input, object, [onerror], [onload], [style]')).to.equal(null);
    for (const { href } of element.querySelectorAll('a')) expect(href).to.match(/^(https?:|$)/);
    expect(element.textContent).to.contain('☑ done');
  });

  it('resolves pictures and links against the document, and opens links beside the course', () => {
    const element = markup('![x](../pic/a.png) [y](other.md) [z](#part)');
    expect(element.querySelector('img')!.src).to.equal('https://content.example/course/pic/a.png');
    const [other, part] = element.querySelectorAll('a');
    expect([other!.href, other!.target, other!.rel]).to.deep.equal(['https://content.example/course/text/other.md', '_blank', 'noopener noreferrer']);
    expect(part!.getAttribute('href')).to.equal('#part');
  });

  it('leads to headings by their names and to footnotes and back, without ids and without touching the page’s address', () => {
    const element = document.body.appendChild(markup('# 概述 A\n\n# 概述 A\n\n[down](#概述-a-1) [gone](#nowhere) [odd](#%E0%A4%A)\n\nWords[^1].\n\n[^1]: The note.'));
    const { href } = location;
    const follow = (link: HTMLElement): Element | null => (link.click(), document.activeElement);
    const [down, gone, odd, note] = [...element.querySelectorAll('a')] as unknown as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
    expect(follow(down)).to.equal(element.querySelectorAll('.h1')[1]);
    expect(follow(gone)).to.equal(element.querySelectorAll('.h1')[1]);
    follow(odd);
    expect(follow(note)!.textContent).to.contain('The note.');
    const back = element.querySelector<HTMLElement>('section a')!;
    expect(back.getAttribute('aria-label')).to.equal('返回正文');
    expect(follow(back)).to.equal(note);
    expect(element.querySelector('section h3, section h2, section .h2')!.textContent).to.equal('脚注');
    expect(element.querySelector('[id]')).to.equal(null);
    expect(location.href).to.equal(href);
    element.remove();
  });

  it('renders tables that scroll by themselves', () => {
    const frame = markup('| a | b |\n|---|---|\n| 1 | 2 |').querySelector<HTMLElement>('.table')!;
    expect(frame.tabIndex).to.equal(0);
    expect(frame.querySelectorAll('td')).to.have.length(2);
  });

  it('puts headings under those above them, none skipped, and keeps how they stand to each other', () => {
    const outline = (markdown: string, level: number): string[] => [...markup(markdown, level).querySelectorAll('h1, h2, h3, h4, h5, h6')].map((heading) => `${heading.localName} ${heading.className} ${heading.textContent}`);
    expect(outline('# A\n\n## B\n\n### C\n\n## D\n\n# E', 4)).to.deep.equal(['h4 h1 A', 'h5 h2 B', 'h6 h3 C', 'h5 h2 D', 'h4 h1 E']);
    expect(outline('## A\n\n#### B\n\n#### C\n\n### D\n\n# E\n\n## F', 2), 'written with gaps, and lower first').to.deep.equal(['h2 h2 A', 'h3 h4 B', 'h3 h4 C', 'h3 h3 D', 'h2 h1 E', 'h3 h2 F']);
    expect(outline('# A\n\n## B\n\n### *C* `d`\n\n#### E', 5), 'none deeper than 6').to.deep.equal(['h5 h1 A', 'h6 h2 B', 'h6 h3 C d', 'h6 h4 E']);
    expect(markup('# *C* `d`').querySelector('h2')!.innerHTML).to.equal('<em>C</em> <code>d</code>');
  });

  it('goes on under the unit’s heading, and begins the page’s own where the player shows none', async () => {
    const text = '# Start\n\n## Part\n\n### Detail\n\n## Part two\n\nWords.';
    const levels = (root: ParentNode): string[] => [...root.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(({ localName }) => localName);
    const { player, root } = await read(text, new MemoryHost());
    await waitUntil(() => player.shadowRoot!.querySelector('.unit-title')?.getAttribute('aria-level') === '3');
    expect(levels(root)).to.deep.equal(['h4', 'h5', 'h6', 'h5']);
    expect([...root.querySelectorAll('.outline li')].map(({ className }) => className)).to.deep.equal(['level-1', 'level-2', 'level-3', 'level-2']);
    const size = (name: string): number => parseFloat(getComputedStyle(root.querySelector(`article .${name}`)!).fontSize);
    expect([size('h1') > size('h2'), size('h2') > size('h3')]).to.deep.equal([true, true]);
    await expect(player).to.be.accessible();
    const deeper = await read(text, new MemoryHost(), { headingLevel: 3 });
    expect(levels(deeper.root)).to.deep.equal(['h5', 'h6', 'h6', 'h6']);
    const alone = await read(text, new MemoryHost(), { chrome: 'none' });
    expect(levels(alone.root)).to.deep.equal(['h2', 'h3', 'h4', 'h3']);
    await expect(alone.player).to.be.accessible();
  });

  it('picks the source in the reader’s language', () => {
    const sources = [{ src: 'zh', type: 'text/markdown', lang: 'zh-CN' }, { src: 'en', type: 'text/markdown', lang: 'en' }, { src: 'any', type: 'text/markdown' }] as const;
    expect(pickSource(sources, ['en-GB']).src).to.equal('en');
    expect(pickSource(sources, ['zh-TW', 'en']).src).to.equal('zh');
    expect(pickSource(sources, ['fr']).src).to.equal('any');
    expect(pickSource(sources.slice(0, 2), ['fr']).src).to.equal('zh');
  });

  it('knows how long reading takes at the least', () => {
    expect(leastReadingSeconds('two words', undefined)).to.equal(2);
    expect(leastReadingSeconds('字'.repeat(480), undefined)).to.equal(20);
    expect(leastReadingSeconds('word '.repeat(600), 30)).to.equal(10);
    expect(leastReadingSeconds('word '.repeat(1e5), undefined)).to.equal(120);
  });

  it('is completed only when its end was on screen', async () => {
    const host = new MemoryHost();
    const { player, root } = await read(`# Start\n\n${'A paragraph.\n\n'.repeat(300)}## The end\n\nDone. [up](#start)`, host);
    await waitUntil(() => player.session !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    expect(host.verbs).not.to.include('completed');
    expect(player.progress).to.be.within(0.01, 0.9);
    await expect(player).to.be.accessible();
    root.querySelector('.reading')!.scrollIntoView();
    // The least reading time, six seconds here, is still running when the end comes into sight.
    await waitUntil(() => root.textContent!.includes('read · complete'), 'words');
    await waitUntil(() => host.verbs.includes('completed'), 'completed', { timeout: 10_000 });
    root.querySelector<HTMLElement>('a[href="#start"]')!.click();
    expect(root.activeElement!.textContent).to.equal('Start');
  }).timeout(20_000);

  it('says when it cannot be fetched', async () => {
    const player = document.createElement('course-player');
    Object.assign(player, {
      lang: 'en',
      course: courseOf({ type: 'unit', kind: 'document', id: 'd', title: 'D', moveOn: 'Completed', sources: [{ src: '/no/such.md', type: 'text/markdown' }] }),
    });
    (await fixture(html`<div></div>`)).append(player);
    await waitUntil(() => player.shadowRoot!.textContent!.includes('This unit cannot be reached'));
    expect(player.shadowRoot!.textContent).to.contain('document-unreachable');
  });
});
