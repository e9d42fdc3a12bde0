import type { ModelViewerElement } from '@google/model-viewer';
import { pickText, type ProcedureState, type Simulation, type SimulationStep } from '@lectern/core';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Object3D } from 'three';
import { createModelViewer, hasWebGl } from './load-model-viewer.js';
import { ModelEffects } from './model-effects.js';
import { SimulationViewerError } from './simulation-viewer-error.js';

/** `lost`: the browser took the picture away and may give it back. */
export type StageStatus = 'waiting' | 'loading' | 'ready' | 'lost' | 'unavailable';

/** The parts of model-viewer's scene that effects need; it has no public way to a node. */
interface StageScene extends Object3D {
  queueRender(): void;
  readonly shadow?: { needsUpdate: boolean } | null;
}

/** Shows the model: brings `<model-viewer>` in when the element comes near the viewport, and lets go of it. */
export class ModelStage implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #onError: (error: SimulationViewerError) => void;
  #element: ModelViewerElement | undefined;
  #effects: ModelEffects | undefined;
  #status: StageStatus = 'waiting';
  #progress = 0;
  #life: AbortController | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement, onError: (error: SimulationViewerError) => void) {
    this.#host = host;
    this.#onError = onError;
    host.addController(this);
  }

  get status(): StageStatus {
    return this.#status;
  }

  /** Fraction of the model that has arrived, 0 to 1. */
  get progress(): number {
    return this.#progress;
  }

  /** Goes into the host's template. */
  get element(): ModelViewerElement | undefined {
    return this.#element;
  }

  /** Shows a simulation's model; `doneSteps` have happened already. */
  show(simulation: Simulation, url: string, languages: readonly string[], doneSteps: () => readonly SimulationStep[]): void {
    this.clear();
    const life = new AbortController();
    this.#life = life;
    if (!hasWebGl()) {
      this.#fail('webgl-unavailable', 'This browser cannot draw in 3D.', 'unavailable');
      return;
    }
    whenNear(this.#host, life.signal, () => {
      void this.#load(simulation, url, languages, doneSteps, life.signal);
    });
  }

  /** Shows what became of a procedure: plays what its steps do to the model, and takes the camera to where the next one needs it. */
  follow({ model, steps }: Simulation, state: ProcedureState, previous: ProcedureState): void {
    const home = { orbit: model.cameraOrbit, target: model.cameraTarget };
    if (state.attempt !== previous.attempt) {
      this.#effects?.reset();
      this.lookAt(undefined, home);
    }
    if (state.status !== previous.status) this.#setMoving(state.status !== 'paused' && state.status !== 'suspended');
    state.steps.forEach(({ status }, index) => {
      if (status === previous.steps[index]!.status) return;
      const step = steps[index]!;
      if (status === 'done') this.#effects?.apply(step.effect ?? []);
      if (status === 'current' && step.camera) this.lookAt(step, home);
    });
  }

  lookAt(step: SimulationStep | undefined, { orbit, target }: { readonly orbit?: string | undefined; readonly target?: string | undefined } = {}): void {
    const element = this.#element;
    if (!element) return;
    element.cameraOrbit = step?.camera?.orbit ?? orbit ?? 'auto auto auto';
    element.cameraTarget = step?.camera?.target ?? target ?? 'auto auto auto';
    if (prefersStill()) element.jumpCameraToGoal();
  }

  /** Nearer with a positive number, farther with a negative one. */
  zoom(by: number): void {
    this.#element?.zoom(by);
  }

  /** Motion goes on or stops where it is. */
  #setMoving(moving: boolean): void {
    if (moving) this.#effects?.resume();
    else this.#effects?.stop();
  }

  /** Lets go of the model; model-viewer frees its textures and geometries when its element leaves the page. */
  clear(): void {
    this.#life?.abort();
    this.#effects?.reset();
    this.#effects = undefined;
    this.#element?.remove();
    this.#element = undefined;
    this.#set('waiting', 0);
  }

  hostDisconnected(): void {
    this.clear();
  }

  async #load(simulation: Simulation, url: string, languages: readonly string[], doneSteps: () => readonly SimulationStep[], signal: AbortSignal): Promise<void> {
    this.#set('loading', 0);
    let element: ModelViewerElement;
    try {
      element = await createModelViewer();
    } catch (cause) {
      if (!signal.aborted) this.#fail('model-unavailable', 'The 3D viewer could not be loaded.', 'unavailable', cause);
      return;
    }
    if (signal.aborted) return;
    const { model } = simulation;
    const resolve = (reference: string): string => new URL(reference, url).href;
    element.src = resolve(model.src);
    element.alt = pickText(model.alt, languages);
    // It places hotspots from the left; from the right they would miss the model.
    element.dir = 'ltr';
    element.loading = 'eager';
    element.cameraControls = true;
    element.touchAction = 'pan-y';
    // The wheel belongs to the page; there are buttons to come nearer.
    element.disableZoom = true;
    element.interactionPrompt = 'none';
    // In place of the prompt's picture, which is never shown either: Chromium's cache of styles keeps its mask, by it the element, and the whole scene for good.
    element.append(Object.assign(document.createElement('span'), { slot: 'interaction-prompt' }));
    element.cameraOrbit = model.cameraOrbit ?? 'auto auto auto';
    element.cameraTarget = model.cameraTarget ?? 'auto auto auto';
    element.fieldOfView = model.fieldOfView ?? 'auto';
    element.exposure = model.exposure ?? 1;
    element.shadowIntensity = model.shadowIntensity ?? 0;
    if (model.poster) element.poster = resolve(model.poster);
    element.addEventListener('progress', (event) => this.#set(this.#status, detailOf<{ totalProgress: number }>(event).totalProgress), { signal });
    element.addEventListener('load', () => this.#onLoad(element, doneSteps()), { signal });
    element.addEventListener('error', (event) => this.#onFault(detailOf<Fault>(event), element), { signal });
    if (model.fieldOfView) keepWidth(element, model.fieldOfView, signal);
    this.#element = element;
    this.#host.requestUpdate();
  }

  #onLoad(element: ModelViewerElement, done: readonly SimulationStep[]): void {
    const scene = hidden<StageScene>(element, 'scene');
    if (scene) {
      this.#effects = new ModelEffects(scene, {
        still: prefersStill,
        draw() {
          if (scene.shadow) scene.shadow.needsUpdate = true;
          scene.queueRender();
        },
      });
      this.#effects.apply(done.flatMap((step) => step.effect ?? []), { instant: true });
    }
    this.#set('ready', 1);
  }

  #onFault({ type, sourceError }: Fault, element: ModelViewerElement): void {
    if (type !== 'webglcontextlost') {
      this.#fail('model-unavailable', 'The model could not be read.', 'unavailable', sourceError);
      return;
    }
    this.#fail('webgl-lost', 'The browser took the 3D picture away.', 'lost', sourceError);
    const canvas = hidden<{ readonly canvas3D?: HTMLCanvasElement }>(element, 'renderer')?.canvas3D;
    canvas?.addEventListener('webglcontextrestored', () => this.#set('ready', 1), { once: true, ...(this.#life ? { signal: this.#life.signal } : {}) });
  }

  #fail(code: 'model-unavailable' | 'webgl-unavailable' | 'webgl-lost', message: string, status: StageStatus, cause?: unknown): void {
    if (status === 'unavailable') {
      this.#element?.remove();
      this.#element = undefined;
    }
    this.#set(status, 0);
    this.#onError(new SimulationViewerError(code, message, cause === undefined ? {} : { cause }));
  }

  #set(status: StageStatus, progress: number): void {
    if (status === this.#status && progress === this.#progress) return;
    this.#status = status;
    this.#progress = progress;
    this.#host.requestUpdate();
  }
}

interface Fault {
  readonly type: string;
  readonly sourceError: unknown;
}

/** model-viewer's events have the names of native ones, and a detail. */
const detailOf = <Detail>(event: Event): Detail => (event as CustomEvent<Detail>).detail;

function prefersStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Calls back once the element is within a screen's height of the viewport: a model that nobody scrolls to is not fetched. */
function whenNear(element: HTMLElement, signal: AbortSignal, callback: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      callback();
    },
    { rootMargin: '100% 0px' },
  );
  observer.observe(element);
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
}

/** Width to height for which authors choose their field of view. */
const USUAL_RATIO = 4 / 3;

/** A field of view is vertical: where the stage is narrow it has to open, or the sides of the model are cut off. */
function keepWidth(element: ModelViewerElement, fieldOfView: string, signal: AbortSignal): void {
  const degrees = /^([\d.]+)deg$/.exec(fieldOfView.trim())?.[1];
  if (degrees === undefined) return;
  const tangent = Math.tan((Number(degrees) * Math.PI) / 360);
  element.maxFieldOfView = '100deg';
  const observer = new ResizeObserver(([entry]) => {
    const { width = 0, height = 0 } = entry?.contentRect ?? {};
    if (width === 0 || height === 0) return;
    const factor = Math.max(1, (USUAL_RATIO * height) / width);
    element.fieldOfView = `${((Math.atan(tangent * factor) * 360) / Math.PI).toFixed(2)}deg`;
  });
  observer.observe(element);
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
}

/**
 * model-viewer keeps its scene and renderer under symbols. They are found by description, so that also an element which another
 * copy of the script made (with symbols of its own) can be reached.
 */
function hidden<Value>(element: object, description: string): Value | undefined {
  for (let owner: object | null = element; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    const symbol = Object.getOwnPropertySymbols(owner).find((candidate) => candidate.description === description);
    if (symbol) return (element as Record<symbol, Value>)[symbol];
  }
  return undefined;
}
