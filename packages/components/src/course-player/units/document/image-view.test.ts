import type { DocumentUnit } from '@lectern/core';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../define.js';
import type { CoursePlayer } from '../../course-player.js';
import { courseOf, MemoryHost, type MemorySession } from '../../memory-host.fixture.js';

async function show(sources: DocumentUnit['sources'], host = new MemoryHost()): Promise<CoursePlayer> {
  const session = await fixture<MemorySession>(html`<memory-session lang="zh-CN"></memory-session>`);
  session.host = host;
  const player = document.createElement('course-player');
  player.course = courseOf({ type: 'unit', kind: 'document', id: 'd', title: 'A picture', moveOn: 'Completed', sources, alt: { en: 'A red square', 'zh-CN': '红色方块' }, caption: '图 1' });
  session.append(player);
  return player;
}

const svg = (inner: string): string => `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300">${inner}</svg>`)}`;
const rootOf = (player: CoursePlayer): ShadowRoot | null | undefined => player.shadowRoot!.querySelector('.unit')?.shadowRoot;

describe('a picture', () => {
  it('has its alternative in the reader’s language, grows by keys, and is completed when seen', async () => {
    const host = new MemoryHost();
    const player = await show([{ src: svg('<rect width="400" height="300" fill="red"/><script>parent.hacked = 1</script>'), type: 'image/svg+xml' }], host);
    await waitUntil(() => rootOf(player)?.querySelector('.bar'), 'tools');
    const root = rootOf(player)!;
    const image = root.querySelector('img')!;
    expect(image.alt).to.equal('红色方块');
    expect(root.querySelector('figcaption')!.textContent).to.equal('图 1');
    await expect(player).to.be.accessible();
    const { clientWidth } = image;
    root.querySelector('.view')!.dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true, composed: true }));
    expect(image.clientWidth).to.equal(Math.round(clientWidth * 1.25));
    await waitUntil(() => host.verbs.includes('completed'));
    expect('hacked' in window).to.equal(false);
  });

  it('says what is wrong with one that is not there, or is none', async () => {
    for (const [src, code] of [['/no/such.png', 'document-unreachable'], ['/package.json', 'document-damaged']] as const) {
      const player = await show([{ src, type: 'image/png' }]);
      await waitUntil(() => player.shadowRoot!.textContent!.includes(code), code);
    }
  });
});
