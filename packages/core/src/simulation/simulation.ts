import type { Text } from '../course/course.js';

/** Three numbers in the model's space, metres, y up: `"0.1 0.25 -0.03"`. An `m` after a number is allowed. */
export type Point = string;

/** A vector of three finite numbers. */
export type Vector = readonly [x: number, y: number, z: number];

/**
 * A procedure to carry out on a 3D model: in which order, on which parts, and how it is scored.
 * The JSON Schema is `schemas/simulation.schema.json`; {@link parseSimulation} reads it.
 */
export interface Simulation {
  readonly id: string;
  readonly title: Text;
  readonly description?: Text;
  readonly model: SimulationModel;
  readonly parts: readonly SimulationPart[];
  /** Carried out in this order. 1 to 200. */
  readonly steps: readonly SimulationStep[];
  /** Scaled score from 0 to 1 at which the procedure is passed. */
  readonly passingScore: number;
  /** Seconds of running time after which the procedure ends. Absent: no limit. */
  readonly timeLimitSeconds?: number;
  readonly scoring: SimulationScoring;
}

export interface SimulationModel {
  /** URL of the glTF binary, against the URL of the description. Relative, `http:` or `https:`. */
  readonly src: string;
  /** What the model shows, for those who do not see it. */
  readonly alt: Text;
  /** URL of a picture to show while the model loads. */
  readonly poster?: string;
  /** Camera as in `<model-viewer camera-orbit>`: `"35deg 70deg 2.4m"`. */
  readonly cameraOrbit?: string;
  /** The point looked at, as in `<model-viewer camera-target>`: `"0m 0.2m 0m"`. */
  readonly cameraTarget?: string;
  /** Vertical field of view, e.g. `"28deg"`. */
  readonly fieldOfView?: string;
  /** Factor, above 0. Default 1. */
  readonly exposure?: number;
  /** From 0 (none) to 1. */
  readonly shadowIntensity?: number;
}

/** Something a learner can use: a hotspot on the model and a button in its text alternative. */
export interface SimulationPart {
  readonly id: string;
  /** Name of the glTF node. */
  readonly node: string;
  readonly title: Text;
  readonly description?: Text;
  readonly position: Point;
  readonly normal: Point;
}

export interface SimulationStep {
  readonly id: string;
  readonly title: Text;
  readonly instruction: Text;
  readonly hint?: Text;
  /** Why it is done so; shown once the step is done. */
  readonly explanation?: Text;
  readonly action: StepAction;
  /** How the model changes once the step is done. */
  readonly effect?: readonly SimulationEffect[];
  /** Where the camera goes when the step starts. */
  readonly camera?: { readonly orbit?: string; readonly target?: string };
  /** Points for doing it without error, 0 or more. */
  readonly maxScore: number;
  /** How long it usually takes, in seconds, above 0. */
  readonly expectSeconds: number;
  /** Points lost with every wrong attempt, 0 or more. A step never scores below 0. */
  readonly penalty: number;
}

/** What the learner has to do. */
export type StepAction = ActivateAction | SetAction | ChooseAction;

/** Use a part: press it, fit it, close it. */
export interface ActivateAction {
  readonly type: 'activate';
  readonly part: string;
}

/** Bring a part to a value. Right where `|value − target| ≤ tolerance`. */
export interface SetAction {
  readonly type: 'set';
  readonly part: string;
  /** Name of the quantity, e.g. spindle speed. */
  readonly label?: Text;
  readonly unit?: Text;
  readonly min: number;
  readonly max: number;
  /** The control's increment, above 0. */
  readonly step: number;
  /** Where the control stands at first. Default `min`. */
  readonly initial?: number;
  readonly target: number;
  readonly tolerance: number;
}

/** Answer a question about a part. One or more options are right, and any of them will do. */
export interface ChooseAction {
  readonly type: 'choose';
  readonly part: string;
  readonly options: readonly ChooseOption[];
}

export interface ChooseOption {
  readonly id: string;
  readonly title: Text;
  readonly correct: boolean;
  /** What to tell whoever picks it. */
  readonly feedback?: Text;
}

/**
 * How a node changes. Positions and angles count from the node's rest pose in the file, not from the last effect, so that
 * a resumed procedure shows the right picture by applying the effects of every done step in order, with no duration.
 * Effects of one step on one node run one after another, on different nodes at once. What an effect leaves out stays as it is.
 */
export interface SimulationEffect {
  /** Name of the glTF node. */
  readonly node: string;
  /** Offset from rest, in metres, in the parent's space. */
  readonly translate?: Vector;
  /** Degrees from rest about the node's own x, y, z (order XYZ). */
  readonly rotate?: Vector;
  /** Turns without end until another `spin` of the node; `rpm: 0` stops it. */
  readonly spin?: { readonly axis: 'x' | 'y' | 'z'; readonly rpm: number };
  readonly visible?: boolean;
  /** Base colour of the node's materials, `#rrggbb` in sRGB. */
  readonly color?: string;
  /** Milliseconds, 0 to 60 000. Where motion is to be reduced, take 0. */
  readonly durationMs: number;
}

export interface SimulationScoring {
  /** Points lost with the first hint taken in a step; asking again in that step is free. Default 0. */
  readonly hintPenalty: number;
}
