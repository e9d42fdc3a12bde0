import { isSatisfied, pickText, type DocumentSource, type DocumentUnit, type Session, type UnitState } from '@lectern/core';
import { css, html, nothing, render } from 'lit';
import { base } from '../../../internal/base.styles.js';
import { str } from '../../../internal/localize.js';
import { createViewRoot } from '../../../internal/view-root.js';
import { PlayerError } from '../../player-error.js';
import { documentStyles } from '../document.styles.js';
import { unitHeadingLevel } from '../heading-level.js';
import { footnoteWords } from '../footnote-words.js';
import { renderMarkdown } from '../markdown.js';
import { leastReadingSeconds, watchReading } from '../reading.js';
import type { UnitContext, UnitView } from '../unit-view.js';
import { glyph } from './glyphs.js';
import { printNodes } from './print-frame.js';

/** On paper: no screen's colours, and no table that scrolls. */
const paper = css`
  :root {
    --_accent: #000;
    --_line: #999;
    --_edge: #666;
    --_sunken: #f3f3f3;
    --_muted: #333;
    --_radius-s: 0;
    --_space: 4px;
  }
  body {
    font: 11pt / 1.6 system-ui, sans-serif;
    overflow-wrap: break-word;
  }
  .table,
  pre {
    overflow: visible;
    white-space: pre-wrap;
  }
  h1,
  h2,
  h3,
  h4,
  h5,
  h6 {
    break-after: avoid;
  }
  img,
  tr {
    break-inside: avoid;
  }
  a[href^='http']::after {
    content: ' (' attr(href) ')';
    font-size: 0.8em;
  }
`;

/** Longer documents than this many characters are refused: they would hang the page. */
const MAX_LENGTH = 2_000_000;

/** Shows a Markdown document. It is completed when its end has been seen and the time it takes at the very least to read it has passed. */
export async function open(context: UnitContext<DocumentUnit>, source: DocumentSource): Promise<UnitView> {
  const { unit, words, signal, dispatch, session } = context;
  const url = new URL(source.src, context.base).href;
  const [text] = await Promise.all([fetchText(url, signal), words.settled]);
  const fragment = renderMarkdown(text, url, unitHeadingLevel(context.host), footnoteWords(words));
  const root = createViewRoot(context.host, [base, documentStyles]);
  render(html`<div class="tools"></div><div class="again"></div><article tabindex="-1" dir="auto" lang=${source.lang ?? context.course.language ?? nothing}></article><p class="reading"></p>`, root);
  const again = root.querySelector<HTMLElement>('.again')!;
  const article = root.querySelector('article')!;
  const footer = root.querySelector<HTMLElement>('.reading')!;
  article.append(fragment);
  const headings = [...article.querySelectorAll<HTMLElement>('.h1, .h2, .h3')].slice(0, 500);
  const print = (): void =>
    void printNodes([...article.childNodes], [documentStyles, paper], { title: pickText(unit.title, context.languages), language: source.lang ?? context.course.language ?? words.locale }).catch(() => undefined);
  render(
    html`<div class="bar" role="group" aria-label=${words.msg('Document')}>
      ${
        headings.length < 3
          ? nothing
          : html`<details class="outline">
              <summary>${words.msg('Outline')}</summary>
              <ul>
                ${headings.map((heading) => html`<li class=${`level-${heading.className.slice(1)}`}><button type="button" class="plain" @click=${() => focusHeading(heading)}><bdi>${heading.textContent}</bdi></button></li>`)}
              </ul>
            </details>`
      }
      <button type="button" class="plain print" @click=${print}>${glyph('print')}${words.msg('Print')}</button>
    </div>`,
    root.querySelector<HTMLElement>('.tools')!,
  );

  let state: UnitState | undefined;
  const update = (): void => {
    const percent = words.percent(state?.progress ?? 0);
    render(state?.completed ? words.msg('Read to the end, completed') : words.msg(str`${percent} read · complete at the end`), footer);
  };
  const offerReturn = (): void => {
    const progress = state?.progress ?? 0;
    if (progress < 0.1 || state?.completed) return;
    const percent = words.percent(progress);
    const goOn = (): void => {
      const blocks = [...article.children];
      const block = blocks[Math.min(blocks.length - 1, Math.floor(progress * blocks.length))];
      block?.scrollIntoView({ block: 'start', behavior: 'smooth' });
      render(nothing, again);
      article.focus({ preventScroll: true });
    };
    render(html`<button type="button" @click=${goOn}>${words.msg(str`Go on from ${percent}`)}</button>`, again);
  };
  const follow = (opened: Session): void => {
    state = opened.getState().units[unit.id];
    offerReturn();
    update();
    const end = opened.subscribe((all) => {
      const next = all.units[unit.id];
      if (next?.completed && !state?.completed && isSatisfied(unit.moveOn, next)) render(nothing, again);
      state = next;
      update();
    });
    signal.addEventListener('abort', end);
  };

  dispatch({ type: 'initialized' });
  watchReading(article, {
    signal,
    seconds: leastReadingSeconds(article.textContent, unit.expectedSeconds),
    onProgress: (progress) => dispatch({ type: 'progressed', progress }),
    onRead: () => dispatch({ type: 'completed' }),
  });
  update();
  void session.then((opened) => !signal.aborted && follow(opened));
  return { close: () => undefined, focus: () => article.focus({ preventScroll: true }) };
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    throw new PlayerError('document-unreachable', `${url} could not be fetched.`, { file: url, cause });
  }
  if (!response.ok) throw new PlayerError('document-unreachable', `${url} answered ${response.status}.`, { file: url });
  const text = await response.text();
  if (text.length > MAX_LENGTH) throw new PlayerError('unit-failed', `${url} is longer than ${MAX_LENGTH / 1e6} MB.`, { file: url });
  return text;
}

function focusHeading(heading: HTMLElement): void {
  heading.setAttribute('tabindex', '-1');
  heading.focus();
}
