import { pickText, type DocumentSource, type DocumentUnit } from '@lectern/core';
import { css, html, nothing, render } from 'lit';
import { base } from '../../../internal/base.styles.js';
import { str } from '../../../internal/localize.js';
import { createViewRoot } from '../../../internal/view-root.js';
import { PlayerError } from '../../player-error.js';
import type { UnitContext, UnitView } from '../unit-view.js';
import { glyph } from './glyphs.js';
import { onReaderKey } from './pdf-keys.js';
import { tool } from './pdf-toolbar.js';
import { barStyles } from './pdf.styles.js';
import { printNodes } from './print-frame.js';

const STEP = 1.25;
const MAX_ZOOM = 10;

const imageStyles = css`
  figure {
    margin: 0;
  }
  .view {
    max-block-size: clamp(20rem, 78vh, 70rem);
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    /* A picture with transparent parts was drawn on white. */
    background: #fff;
    overflow: auto;
    overscroll-behavior: auto;
  }
  img {
    display: block;
    max-inline-size: none;
    margin-inline: auto;
    block-size: auto;
  }
  figcaption {
    padding-block-start: calc(2 * var(--_space));
    color: var(--_muted);
  }
`;

/** Shows a picture, also larger. It is completed when it has been seen. SVG is a picture like any other: in an `<img>` it runs no script and fetches nothing. */
export async function open(context: UnitContext<DocumentUnit>, source: DocumentSource): Promise<UnitView> {
  const { unit, words, host, languages, signal, dispatch } = context;
  const { msg } = words;
  const url = new URL(source.src, context.base).href;
  const image = document.createElement('img');
  image.alt = unit.alt === undefined ? '' : pickText(unit.alt, languages);
  image.decoding = 'async';
  await load(image, url, signal);

  const root = createViewRoot(host, [base, barStyles, imageStyles]);
  host.setAttribute('exportparts', 'document-toolbar, document-image');
  const caption = unit.caption === undefined ? undefined : pickText(unit.caption, languages);
  render(
    html`<div class="reader">
      <div class="tools"></div>
      <figure>
        <div class="view" part="document-image" role="region" tabindex="0" aria-label=${pickText(unit.title, languages)}>${image}</div>
        ${caption ? html`<figcaption dir="auto">${caption}</figcaption>` : nothing}
      </figure>
    </div>`,
    root,
  );
  const view = root.querySelector<HTMLElement>('.view')!;
  // An SVG without a size of its own has none to begin with.
  const natural = image.naturalWidth || 600;
  let zoom: number | undefined;
  const fitting = (): number => Math.min(1, view.clientWidth / natural);
  const show = (): void => {
    const scale = zoom ?? fitting();
    const [x, y] = [view.scrollLeft + view.clientWidth / 2, view.scrollTop + view.clientHeight / 2];
    const before = image.clientWidth || 1;
    image.style.inlineSize = `${Math.max(1, natural * scale)}px`;
    const grown = (natural * scale) / before;
    view.scrollTo(x * grown - view.clientWidth / 2, y * grown - view.clientHeight / 2);
    const percent = Math.round(scale * 100);
    const act = { in: () => zoomBy(1), out: () => zoomBy(-1) };
    render(
      html`<div class="bar" part="document-toolbar" role="group" aria-label=${msg('Document')}>
        <span class="group">${tool(msg('Smaller'), 'out', act.out)}<span class="count" role="status">${words.number(percent)}%</span>${tool(msg('Larger'), 'in', act.in)}</span>
        <button type="button" class="plain" @click=${reset}>${msg('Fit width')}</button>
        ${tool(msg('Print'), 'print', () => void print())}
        ${unit.download ? html`<a class="tool" href=${url} download target="_blank" rel="noopener" title=${msg('Download')} aria-label=${msg('Download')}>${glyph('download')}</a>` : nothing}
      </div>`,
      root.querySelector<HTMLElement>('.tools')!,
    );
  };
  const zoomBy = (steps: 1 | -1): void => {
    zoom = Math.min(MAX_ZOOM, Math.max(fitting() / 4, (zoom ?? fitting()) * STEP ** steps));
    show();
    context.announce(msg(str`Size: ${words.number(Math.round(zoom * 100))}%`));
  };
  const reset = (): void => {
    zoom = undefined;
    show();
  };
  const print = (): Promise<void> => {
    const sheet = css`
      img {
        max-inline-size: 100%;
        max-block-size: 100vh;
      }
    `;
    const copy = image.cloneNode() as HTMLImageElement;
    copy.removeAttribute('style');
    return printNodes([copy, ...[...root.querySelectorAll('figcaption')].map((each) => each.cloneNode(true))], [sheet], { title: pickText(unit.title, languages), language: source.lang ?? words.locale });
  };
  root.querySelector('.reader')!.addEventListener('keydown', (event) => onReaderKey(event as KeyboardEvent, { find: undefined, zoomBy, reset }), { signal });
  const observer = new ResizeObserver(() => zoom === undefined && show());
  observer.observe(view);
  signal.addEventListener('abort', () => observer.disconnect());
  show();
  dispatch({ type: 'initialized' });
  dispatch({ type: 'completed' });
  return { close: () => undefined, focus: () => view.focus({ preventScroll: true }) };
}

async function load(image: HTMLImageElement, url: string, signal: AbortSignal): Promise<void> {
  image.src = url;
  try {
    await image.decode();
  } catch (cause) {
    signal.throwIfAborted();
    // An image element does not say why. A second request may.
    const status = await fetch(url, { signal, method: 'HEAD' }).then(
      (response) => response.status,
      () => undefined,
    );
    const there = status !== undefined && status < 400;
    const why = there ? 'is no picture that this browser can show' : status === undefined ? 'could not be fetched' : `answered ${status}`;
    throw new PlayerError(there ? 'document-damaged' : 'document-unreachable', `${url} ${why}.`, { file: url, cause });
  }
}
