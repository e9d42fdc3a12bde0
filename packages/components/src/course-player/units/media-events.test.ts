import { aTimeout, expect, waitUntil } from '@open-wc/testing';
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

  it('tell settings that the learner changes, and not those that were found', async () => {
    const media = document.createElement('video');
    const told: LearningEventBody[] = [];
    const watch = watchMedia(media, (event) => told.push(event), new AbortController().signal);
    const track = media.addTextTrack('captions', 'English', 'en');
    const chapters = media.addTextTrack('chapters', 'English', 'en');
    track.mode = 'showing';
    chapters.mode = 'hidden';
    watch.settle();
    document.dispatchEvent(new Event('fullscreenchange'));
    await aTimeout(700);
    expect(told).to.deep.equal([]);
    track.mode = 'disabled';
    await waitUntil(() => told.length > 0, 'told', { timeout: 3000 });
    expect(told).to.deep.equal([{ type: 'interacted', time: 0, volume: 1, muted: false, speed: 1, fullScreen: false, captions: 'off' }]);
  });
});
