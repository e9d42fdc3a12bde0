import { expect } from '@open-wc/testing';
import type { LearningEventBody } from '@lectern/core';
import { watchMedia } from './media-events.js';

describe('media events', () => {
  it('keep a play that was pressed before the media was known until it is', () => {
    const media = document.createElement('video');
    let known = false;
    Object.defineProperties(media, { paused: { get: () => false }, readyState: { get: () => (known ? 4 : 0) } });
    const told: LearningEventBody['type'][] = [];
    watchMedia(media, ({ type }) => told.push(type), new AbortController().signal);
    media.dispatchEvent(new Event('play'));
    expect(told).to.deep.equal([]);
    known = true;
    media.dispatchEvent(new Event('loadedmetadata'));
    expect(told).to.deep.equal(['initialized', 'played']);
    media.dispatchEvent(new Event('play'));
    expect(told).to.have.length(2);
  });
});
