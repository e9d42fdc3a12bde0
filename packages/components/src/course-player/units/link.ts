import { isSatisfied, type LinkUnit } from '@lectern/core';
import { html, nothing, render } from 'lit';
import { base } from '../../internal/base.styles.js';
import { icon } from '../../internal/icons.js';
import { createViewRoot } from '../../internal/view-root.js';
import { PlayerError } from '../player-error.js';
import { linkStyles } from './link.styles.js';
import type { UnitContext, UnitView } from './unit-view.js';

/** A link out: opened by the learner's own hand, in a window that cannot reach back, and completed with that. */
export function open(context: UnitContext<LinkUnit>): UnitView {
  const { unit, words, signal, dispatch, session } = context;
  const { msg } = words;
  const url = addressOf(unit);
  const root = createViewRoot(context.host, [base, linkStyles]);
  const follow = (): void => {
    dispatch({ type: 'initialized' });
    dispatch({ type: 'completed' });
  };
  const update = (done: boolean): void =>
    void render(
      html`<p class="where">${icon('link')}<bdi>${url.host}</bdi></p>
        <p>${msg('This link leads to another site, which opens in a new tab. What you do there is not recorded here.')}</p>
        <a class="go" href=${url.href} target="_blank" rel="noopener noreferrer" @click=${follow} @auxclick=${follow}>${msg('Open in a new tab')}</a>
        ${done ? html`<p class="done">${icon('check')}${msg('Opened, completed')}</p>` : nothing}`,
      root,
    );
  update(false);
  void session.then((opened) => {
    if (signal.aborted) return;
    const look = (): void => {
      const state = opened.getState().units[unit.id];
      update(state?.completed === true && isSatisfied(unit.moveOn, state));
    };
    look();
    signal.addEventListener('abort', opened.subscribe(look));
  });
  return { close: () => undefined, focus: () => root.querySelector('a')?.focus() };
}

/** @throws PlayerError `unit-failed`: a course set by a page's own script was not read by `parseCourse` */
function addressOf({ href }: LinkUnit): URL {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new PlayerError('unit-failed', 'The link has an address that cannot be opened.', { field: 'href' });
}
