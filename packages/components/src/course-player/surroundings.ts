import type { LearningEvent, Session, SessionState } from '@lectern/core';
import type { CSSResult } from 'lit';
import type { Localizer } from '../internal/localize.js';
import { Contents } from './contents.js';
import { contentsStyles } from './contents.styles.js';
import { courseProgress } from './course-progress.js';
import { Fullscreen } from './fullscreen.js';
import { fullscreenStyles } from './fullscreen.styles.js';
import { outcomeWords } from './outcome-words.js';
import type { Playback } from './playback.js';
import { savingWords, type CoursePlayerState } from './player-view.js';
import { problemStyles } from './problem.styles.js';
import { takeSnapshot, type PlayerSnapshot } from './snapshot.js';
import { renderSteps } from './steps.js';
import { stepsStyles } from './steps.styles.js';
import { CourseProgressEvent, FullscreenEvent, PlayerChangeEvent } from './surroundings.events.js';
import { UnitChanges } from './unit-changes.js';

/** The player that is surrounded. */
export interface Surrounded {
  readonly element: HTMLElement;
  readonly root: ShadowRoot;
  readonly words: Localizer;
  /** What is played now. */
  playback(): Playback | undefined;
  state(): CoursePlayerState;
  /** Level of the headings in the contents. */
  level(): number;
  open(unitId: string): void;
  /** Whether a unit can be used without a network, in words, where the course is kept. */
  keptOf(unitId: string): string | undefined;
  /** Something that is shown has changed. */
  redraw(): void;
}

/** What surrounds a unit and need not be there before it can be used: contents, steps, full screen, and what a page is told to draw these itself. */
export class Surroundings {
  static readonly styles: readonly CSSResult[] = [stepsStyles, contentsStyles, fullscreenStyles, problemStyles];
  readonly steps = renderSteps;
  readonly #player: Surrounded;
  readonly #fullscreen: Fullscreen;
  #contents: Contents | undefined;
  #contentsPlace: Element | null = null;
  #changes: UnitChanges | undefined;
  #snapshot: PlayerSnapshot | undefined;
  #progress = 0;

  constructor(player: Surrounded) {
    this.#player = player;
    this.#fullscreen = new Fullscreen(player.element, player.root.querySelector<HTMLElement>('.frame')!, () => {
      const { mode } = this.#fullscreen;
      player.redraw();
      player.element.dispatchEvent(new FullscreenEvent(mode !== undefined, mode === 'pseudo'));
    });
  }

  get fullscreen(): Pick<Fullscreen, 'mode' | 'enter' | 'leave'> {
    return this.#fullscreen;
  }

  get snapshot(): PlayerSnapshot {
    const { words, playback, state } = this.#player;
    const played = playback();
    return (this.#snapshot ??= takeSnapshot(state(), played, words, played && savingWords(played, words), this.#fullscreen.mode !== undefined));
  }

  /** What is shown changes. */
  forget(): void {
    this.#snapshot = undefined;
  }

  /** Watches the units of a session. @param before what the learner's record said when it was read */
  watch(playback: Playback, before: SessionState): void {
    this.#changes = new UnitChanges(playback, before);
    this.#progress = 0;
    this.progressed();
    this.told();
  }

  /** Units may have other states than before. */
  told(): void {
    this.forget();
    for (const event of this.#changes?.take() ?? []) this.#player.element.dispatchEvent(event);
  }

  /** Something was told. @returns whether a tenth of a percent was gained: media ticks several times a second, and the contents need not follow each */
  progressed(): boolean {
    const { session, units = [] } = this.#player.playback() ?? {};
    if (!session) return false;
    const { fraction, satisfied, seconds, remainingSeconds } = courseProgress(units, session.getState());
    if (Math.floor(fraction * 1000) === Math.floor(this.#progress * 1000)) return false;
    this.#progress = fraction;
    this.forget();
    this.#player.element.dispatchEvent(new CourseProgressEvent(fraction, satisfied, seconds, remainingSeconds));
    return true;
  }

  /** What to say aloud after an event. */
  outcome(session: Session, event: LearningEvent): string | undefined {
    return outcomeWords(session, event, this.#player.words);
  }

  /** The player has drawn itself anew. */
  updated(): void {
    const { root, words, playback, level, element, open } = this.#player;
    const place = root.querySelector<HTMLElement>('.rows');
    if (place !== this.#contentsPlace) this.#contents = undefined;
    this.#contentsPlace = place;
    const played = playback();
    if (place && played && words.ready) {
      const units = played.session?.getState().units;
      (this.#contents ??= new Contents(place)).update({
        course: played.course,
        current: played.unit?.id,
        words,
        level: level(),
        stateOf: (id) => units?.[id],
        openingOf: (id) => played.navigation.canOpen(id),
        keptOf: this.#player.keptOf,
        open,
      });
    }
    element.dispatchEvent(new PlayerChangeEvent());
  }
}
