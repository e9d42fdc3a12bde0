import type { DocumentUnit } from '@lectern/core';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../define.js';
import type { CoursePlayer } from '../../course-player.js';
import { courseOf, MemoryHost, type MemorySession } from '../../memory-host.fixture.js';
import { makePdf, urlOf } from './pdf.fixture.js';
import { startPdfWorker } from './pdf-worker.js';
import { pdfAssets } from './pdf-assets.js';

interface Shown {
  readonly player: CoursePlayer;
  readonly root: ShadowRoot;
  readonly pages: HTMLElement;
}

/** `blob:` is no address that a course may name; the player is given its course by property, which trusts its page. */
async function show(src: string, { more = {}, host = new MemoryHost(), state }: { more?: Partial<DocumentUnit>; host?: MemoryHost; state?: Record<string, unknown> } = {}): Promise<Shown> {
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  session.host = host;
  const player = document.createElement('course-player');
  player.course = courseOf({ type: 'unit', kind: 'document', id: 'd', title: 'A book', moveOn: 'Completed', sources: [{ src, type: 'application/pdf', lang: 'en' }], ...more });
  if (state) host.documents.set(`${player.course.id} lectern.session`, { current: 'd', 'unit:d': state });
  session.append(player);
  const unit = (): ShadowRoot | null | undefined => player.shadowRoot!.querySelector('.unit')?.shadowRoot;
  await waitUntil(() => unit()?.querySelector('.pages'), 'pages', { timeout: 15_000 });
  const root = unit()!;
  return { player, root, pages: root.querySelector<HTMLElement>('.pages')! };
}

const drawn = (root: ShadowRoot): Promise<void> => waitUntil(() => root.querySelector('.page canvas') && root.querySelector('.text span'), 'a page', { timeout: 15_000 });
const button = (root: ShadowRoot, name: string): HTMLButtonElement => root.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!;
const problem = (player: CoursePlayer, words: string): Promise<void> => waitUntil(() => player.shadowRoot!.textContent!.includes(words), words, { timeout: 15_000 });

describe('a PDF', () => {
  it('shows its pages with their text, counts those that were read, and completes by them', async () => {
    const host = new MemoryHost();
    const { player, root, pages } = await show(urlOf(await makePdf()), { host, more: { minPageSeconds: 0, completionThreshold: 0.6 } });
    await drawn(root);
    expect(root.querySelector('.page')!.getAttribute('aria-label')).to.equal('Page 1');
    expect(root.querySelector('.text')!.textContent).to.contain('This is page 1.');
    await expect(player).to.be.accessible();
    await waitUntil(() => root.querySelector('.reading')!.textContent!.startsWith('1 of 3'), 'one page read');
    expect(host.verbs).not.to.include('completed');
    button(root, 'Next page').click();
    await waitUntil(() => root.querySelector<HTMLInputElement>('input[type=number]')!.value === '2');
    await waitUntil(() => host.verbs.includes('completed'), 'completed');
    const { extensions } = host.statements.find(({ verb }) => verb.id.endsWith('completed'))!.result!;
    expect(extensions!['https://w3id.org/lectern/document/extensions/pages-read']).to.equal('1[.]2');
    expect(pages.getAttribute('aria-busy')).to.equal('false');
  });

  it('goes on where the learner was', async () => {
    const { root } = await show(urlOf(await makePdf({ pages: 9 })), { state: { progress: 0.3, sessions: 1, suspended: true, length: 9, position: 6, segments: [[0, 3]] } });
    await waitUntil(() => root.querySelector<HTMLInputElement>('input[type=number]')?.value === '7', 'page 7', { timeout: 15_000 });
    expect(root.querySelector('.reading')!.textContent).to.contain('3 of 9 pages read');
  });

  it('has the machine to itself until its first page is there, unless the learner may have been here before', async () => {
    const src = urlOf(await makePdf());
    const course = courseOf({ type: 'unit', kind: 'document', id: 'd', title: 'A book', moveOn: 'Completed', sources: [{ src, type: 'application/pdf' }] });
    const visit = async (): Promise<boolean> => {
      const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
      const player = document.createElement('course-player');
      const page = (): Element | null | undefined => player.shadowRoot!.querySelector('.unit')?.shadowRoot?.querySelector('.page canvas');
      const host = new MemoryHost();
      let first = false;
      host.connect = (asked) => {
        first = Boolean(page());
        return MemoryHost.prototype.connect.call(host, asked);
      };
      session.host = host;
      player.course = course;
      session.append(player);
      await waitUntil(() => page() && player.session, 'a page and a session', { timeout: 15_000 });
      player.remove();
      return first;
    };
    expect(await visit()).to.equal(true);
    expect(await visit()).to.equal(false);
  });

  it('holds few pages at a time, however many there are', async () => {
    const { root, pages } = await show(urlOf(await makePdf({ pages: 400 })));
    await drawn(root);
    for (const part of [0.3, 0.7, 1, 0]) {
      pages.scrollTop = part * pages.scrollHeight;
      await waitUntil(() => {
        const box = pages.getBoundingClientRect();
        return [...root.querySelectorAll('.page')].some((page) => page.querySelector('canvas') && page.getBoundingClientRect().top < box.bottom && page.getBoundingClientRect().bottom > box.top);
      });
      expect(root.querySelectorAll('canvas').length).to.be.lessThan(10);
    }
  });

  it('finds words, across case and ligatures, and shows one after the other', async () => {
    const { root } = await show(urlOf(await makePdf({ pages: 5, text: (page) => (page % 2 ? 'Nothing here.' : `The Lathe ${page}, a lathe.`) })));
    await drawn(root);
    button(root, 'Find').click();
    const input = root.querySelector<HTMLInputElement>('input[type=search]')!;
    expect(root.activeElement === input).to.equal(true);
    input.value = 'LATHE';
    input.dispatchEvent(new Event('input'));
    await waitUntil(() => root.querySelector('.count')!.textContent === 'Match 1 of 6', 'six matches');
    await waitUntil(() => root.querySelector('.find.now'), 'a mark');
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', shiftKey: true, bubbles: true }));
    await waitUntil(() => root.querySelectorAll('.page')[4]!.querySelector('.find.now'), 'the last one');
    expect(root.querySelector('.count')!.textContent).to.equal('Match 6 of 6');
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await waitUntil(() => !root.querySelector('.find'), 'no marks');
  });

  it('follows links to the web and within, and no others', async () => {
    const links = ['https://example.org/a', 'javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', '#2'];
    const { root } = await show(urlOf(await makePdf({ pages: 3, links, outline: ['First', 'Second', 'Third'] })));
    await drawn(root);
    await waitUntil(() => root.querySelectorAll('.links a').length > 0, 'links');
    const [web, within, ...none] = root.querySelectorAll<HTMLAnchorElement>('.links a');
    expect([web!.href, web!.target, web!.rel]).to.deep.equal(['https://example.org/a', '_blank', 'noopener noreferrer']);
    expect(none).to.have.length(0);
    within!.click();
    await waitUntil(() => root.querySelector<HTMLInputElement>('input[type=number]')!.value === '3');
    button(root, 'Outline').click();
    root.querySelectorAll<HTMLButtonElement>('.outline button')[1]!.click();
    await waitUntil(() => root.querySelector<HTMLInputElement>('input[type=number]')!.value === '2');
  });

  it('runs no script of the file, and shows pages of any size', async () => {
    const { root } = await show(urlOf(await makePdf({ pages: 1, script: 'app.alert("x"); this.submitForm("https://evil.example");', size: [14_400, 14_400] })));
    await waitUntil(() => root.querySelector('canvas'), 'a page', { timeout: 15_000 });
    const { width, height } = root.querySelector('canvas')!;
    expect(width * height).to.be.at.most(2 ** 24);
    root.querySelector<HTMLElement>('.pages')!.dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true, composed: true }));
    await waitUntil(() => root.querySelector('select')!.value !== 'width');
    button(root, 'Turn the pages').click();
    await waitUntil(() => root.querySelector<HTMLElement>('.text')?.dataset['mainRotation'] === '90');
  });

  it('prints pages by themselves', async () => {
    const { root } = await show(urlOf(await makePdf({ pages: 2 })));
    await drawn(root);
    button(root, 'Print').click();
    const printed = new Promise((resolve) => {
      new MutationObserver(() => {
        const frame = document.querySelector<HTMLIFrameElement>('iframe.lectern-print');
        if (frame) resolve([...frame.contentDocument!.images].map(({ alt }) => alt));
      }).observe(document.body, { childList: true });
    });
    root.querySelector<HTMLFormElement>('.find-bar')!.requestSubmit();
    expect(await printed).to.deep.equal(['Page 1', 'Page 2']);
    // Not every browser without a screen tells that its dialog is over.
    await waitUntil(() => {
      const frame = document.querySelector<HTMLIFrameElement>('iframe.lectern-print');
      frame?.contentWindow!.dispatchEvent(new Event('afterprint'));
      return !frame;
    }, 'gone');
  });

  it('says what is wrong with a file that is none, is cut off, or is not there', async () => {
    const whole = await makePdf();
    for (const [src, code] of [
      [urlOf(new TextEncoder().encode('<!doctype html><title>Sign in</title>')), 'document-damaged'],
      [urlOf(whole.slice(0, 300)), 'document-damaged'],
      ['/no/such.pdf', 'document-unreachable'],
    ] as const) {
      const player = document.createElement('course-player');
      Object.assign(player, { lang: 'en', course: courseOf({ type: 'unit', kind: 'document', id: 'd', title: 'D', moveOn: 'Completed', sources: [{ src, type: 'application/pdf' }] }) });
      (await fixture(html`<div></div>`)).append(player);
      await problem(player, code);
    }
  });

  it('asks for the password of a locked file, again where it does not fit', async () => {
    const { root } = await show(new URL('./locked.fixture.pdf', import.meta.url).href);
    const enter = async (password: string): Promise<void> => {
      await waitUntil(() => root.querySelector('.ask'), 'the question', { timeout: 15_000 });
      root.querySelector<HTMLInputElement>('.ask input')!.value = password;
      root.querySelector<HTMLFormElement>('.ask')!.requestSubmit();
    };
    await enter('wrong');
    await waitUntil(() => root.querySelector('.wrong'), 'words');
    await enter('lathe');
    await drawn(root);
    expect(root.querySelector('.text')!.textContent).to.contain('Opened with the password.');
  });

  it('lets go of everything when it is closed', async () => {
    const { player, root } = await show(urlOf(await makePdf()));
    await drawn(root);
    const canvas = root.querySelector('canvas')!;
    const fonts = document.fonts.size;
    await player.suspend();
    await waitUntil(() => canvas.width === 0);
    expect(document.fonts.size).to.be.at.most(fonts);
  });

  it('says so where its worker cannot be had, however soon that is known', async () => {
    const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
    session.host = new MemoryHost();
    const player = document.createElement('course-player');
    player.pdfAssets = '/there/is/no/pdf/';
    player.course = courseOf({ type: 'unit', kind: 'document', id: 'd', title: 'A book', moveOn: 'Completed', sources: [{ src: urlOf(await makePdf()), type: 'application/pdf', lang: 'en' }] });
    session.append(player);
    await problem(player, '/there/is/no/pdf/legacy/build/pdf.worker.min.mjs');
  });

  it('starts its worker from another origin', async () => {
    const { worker: url } = pdfAssets(undefined);
    const { worker } = startPdfWorker(new URL(url.pathname, `http://127.0.0.1:${location.port}`));
    const word = await new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }));
    worker.terminate();
    expect((word as MessageEvent<{ action?: string }>).data.action).to.equal('ready');
  });
});
