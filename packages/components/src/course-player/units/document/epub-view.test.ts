import { strToU8, zipSync } from 'fflate';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../define.js';
import type { CoursePlayer } from '../../course-player.js';
import { courseOf, MemoryHost, type MemorySession } from '../../memory-host.fixture.js';

const contentOrigin = `${location.protocol}//${location.hostname === 'localhost' ? '127.0.0.1' : 'localhost'}:${location.port}`;
const frame = `${contentOrigin}/packages/courseware/src/frame/frame.fixture.html`;

function bookUrl(): string {
  const page = (body: string): string => `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>T</title></head><body>${body}</body></html>`;
  const bytes = zipSync(
    Object.fromEntries(
      Object.entries({
        'META-INF/container.xml': '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        'b.opf': '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:x</dc:identifier></metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
        'nav.xhtml': page('<nav epub:type="toc"><ol><li><a href="a.xhtml">First</a></li><li><a href="b.xhtml">Second</a></li></ol></nav>'),
        'a.xhtml': page(`<h1>First</h1><p>${'Words. '.repeat(20)}</p>`),
        'b.xhtml': page('<h1>Second</h1><p>More.</p>'),
      }).map(([name, text]) => [name, strToU8(text)]),
    ),
  );
  return `${contentOrigin}/__bytes__/${btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

async function show(host: MemoryHost, withFrame = true): Promise<CoursePlayer> {
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  session.host = host;
  const player = document.createElement('course-player');
  player.course = {
    ...courseOf({ type: 'unit', kind: 'document', id: 'd', title: 'A book', moveOn: 'Completed', minPageSeconds: 0, completionThreshold: 0.5, sources: [{ src: bookUrl(), type: 'application/epub+zip' }] }),
    ...(withFrame ? { frame } : {}),
  };
  session.append(player);
  return player;
}

describe('an EPUB', () => {
  it('is read in the frame, with its contents beside, and completes by what was read', async () => {
    const host = new MemoryHost();
    const player = await show(host);
    const root = (): ShadowRoot | null | undefined => player.shadowRoot!.querySelector('.unit')?.shadowRoot;
    await waitUntil(() => root()?.querySelector('button[aria-label="Outline"]'), 'tools', { timeout: 15_000 });
    await waitUntil(() => host.verbs.includes('completed'), 'completed', { timeout: 15_000 });
    root()!.querySelector<HTMLButtonElement>('button[aria-label="Outline"]')!.click();
    expect([...root()!.querySelectorAll('.outline button')].map(({ textContent }) => textContent!.trim())).to.deep.equal(['First', 'Second']);
    await expect(player).to.be.accessible();
    root()!.querySelectorAll<HTMLButtonElement>('.outline button')[1]!.click();
    await player.suspend();
    const state = host.documents.get(`${player.course!.id} lectern.session`)!['unit:d'] as { place?: string };
    expect(state.place).to.match(/^epubcfi\(/);
  });

  it('says in words that it needs an origin for content', async () => {
    const player = await show(new MemoryHost(), false);
    await waitUntil(() => player.shadowRoot!.textContent!.includes('no place for content from elsewhere'), 'words', { timeout: 15_000 });
  });
});
