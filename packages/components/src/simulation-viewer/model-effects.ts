import type { SimulationEffect, Vector } from '@lectern/core';
import type { Material, Mesh, Object3D, Quaternion, Vector3 } from 'three';

type Axis = 'x' | 'y' | 'z';

/** How a node stands: what its effects have made of it, counted from its rest pose. */
interface Pose {
  readonly node: Object3D;
  readonly restPosition: Vector3;
  readonly restQuaternion: Quaternion;
  translate: Vector;
  rotate: Vector;
  move?: { readonly fromTranslate: Vector; readonly fromRotate: Vector; readonly toTranslate: Vector; readonly toRotate: Vector; readonly startedAt: number; readonly durationMs: number } | undefined;
  spin?: { readonly axis: Axis; readonly rpm: number } | undefined;
  /** Radians turned by the spin, and about which axis; they stay when it stops. */
  turned: number;
  turnedAxis: Axis;
}

export interface ModelEffectsOptions {
  /** Asks for the picture to be drawn again. */
  readonly draw: () => void;
  /** Whether motion is to be reduced: effects then happen at once and nothing spins. */
  readonly still: () => boolean;
}

/** Moves, turns, spins, hides and colours the nodes of one loaded model. Knows nothing of steps. */
export class ModelEffects {
  readonly #scene: Object3D;
  readonly #options: ModelEffectsOptions;
  readonly #poses = new Map<string, Pose>();
  readonly #ownMaterials = new Map<Mesh, { readonly original: Material | Material[]; readonly own: readonly Material[] }>();
  readonly #hidden = new Map<Object3D, boolean>();
  #frame = 0;
  #lastFrame = 0;

  constructor(scene: Object3D, options: ModelEffectsOptions) {
    this.#scene = scene;
    this.#options = options;
  }

  /** Applies effects. `instant` leaves the durations out: a resumed procedure shows what was done before. */
  apply(effects: readonly SimulationEffect[], { instant = false } = {}): void {
    const at = performance.now();
    for (const effect of effects) this.#applyOne(effect, instant || this.#options.still(), at);
    this.#options.draw();
    if (this.#isMoving() && this.#frame === 0) {
      this.#lastFrame = at;
      this.#frame = requestAnimationFrame(this.#tick);
    }
  }

  /** Everything back to how the file has it. */
  reset(): void {
    this.stop();
    for (const pose of this.#poses.values()) {
      pose.node.position.copy(pose.restPosition);
      pose.node.quaternion.copy(pose.restQuaternion);
    }
    this.#poses.clear();
    for (const [node, visible] of this.#hidden) node.visible = visible;
    this.#hidden.clear();
    for (const [mesh, { original, own }] of this.#ownMaterials) {
      mesh.material = original;
      for (const material of own) material.dispose();
    }
    this.#ownMaterials.clear();
    this.#options.draw();
  }

  /** Ends all motion where it is. */
  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Goes on with what `stop` interrupted. */
  resume(): void {
    if (this.#frame === 0 && this.#isMoving() && !this.#options.still()) {
      this.#lastFrame = performance.now();
      this.#frame = requestAnimationFrame(this.#tick);
    }
  }

  #applyOne(effect: SimulationEffect, instant: boolean, at: number): void {
    const node = this.#find(effect.node);
    if (!node) return;
    if (effect.visible !== undefined) {
      if (!this.#hidden.has(node)) this.#hidden.set(node, node.visible);
      node.visible = effect.visible;
    }
    if (effect.color !== undefined) this.#paint(node, effect.color);
    if (!effect.translate && !effect.rotate && !effect.spin) return;
    const pose = this.#poseOf(effect.node, node);
    if (effect.spin) {
      if (effect.spin.axis !== pose.turnedAxis) pose.turned = 0;
      pose.turnedAxis = effect.spin.axis;
      pose.spin = effect.spin.rpm === 0 ? undefined : effect.spin;
    }
    const toTranslate = effect.translate ?? pose.move?.toTranslate ?? pose.translate;
    const toRotate = effect.rotate ?? pose.move?.toRotate ?? pose.rotate;
    if (instant || effect.durationMs === 0) {
      pose.move = undefined;
      pose.translate = toTranslate;
      pose.rotate = toRotate;
    } else {
      pose.move = { fromTranslate: pose.translate, fromRotate: pose.rotate, toTranslate, toRotate, startedAt: at, durationMs: effect.durationMs };
    }
    this.#place(pose);
  }

  #poseOf(name: string, node: Object3D): Pose {
    let pose = this.#poses.get(name);
    if (!pose) {
      pose = { node, restPosition: node.position.clone(), restQuaternion: node.quaternion.clone(), translate: [0, 0, 0], rotate: [0, 0, 0], turned: 0, turnedAxis: 'x' };
      this.#poses.set(name, pose);
    }
    return pose;
  }

  /** three.js changes names that its animation paths could not address; the file's own name is kept in `userData`. */
  #find(name: string): Object3D | undefined {
    let found: Object3D | undefined;
    this.#scene.traverse((node) => {
      const own = (node.userData as { name?: unknown }).name;
      if (!found && (node.name === name || own === name)) found = node;
    });
    return found;
  }

  #paint(node: Object3D, color: string): void {
    node.traverse((child) => {
      const mesh = child as Mesh;
      if (!mesh.isMesh) return;
      if (!this.#ownMaterials.has(mesh)) {
        // Nodes share materials: painting the shared one would paint them all.
        const original = mesh.material;
        mesh.material = Array.isArray(original) ? original.map((material) => material.clone()) : original.clone();
        this.#ownMaterials.set(mesh, { original, own: [mesh.material].flat() });
      }
      for (const material of this.#ownMaterials.get(mesh)!.own) {
        if ('color' in material) (material.color as { set(value: string): void }).set(color);
      }
    });
  }

  readonly #tick = (now: number): void => {
    const delta = Math.max(0, now - this.#lastFrame);
    this.#lastFrame = now;
    const still = this.#options.still();
    for (const pose of this.#poses.values()) {
      if (pose.move) this.#advance(pose, pose.move, still ? Infinity : now);
      if (pose.spin && !still) pose.turned = (pose.turned + (pose.spin.rpm * delta * 2 * Math.PI) / 60_000) % (2 * Math.PI);
      this.#place(pose);
    }
    this.#options.draw();
    this.#frame = !still && this.#isMoving() ? requestAnimationFrame(this.#tick) : 0;
  };

  #advance(pose: Pose, move: NonNullable<Pose['move']>, now: number): void {
    const fraction = Math.min(1, Math.max(0, (now - move.startedAt) / move.durationMs));
    const eased = fraction < 0.5 ? 2 * fraction * fraction : 1 - (2 - 2 * fraction) ** 2 / 2;
    pose.translate = mix(move.fromTranslate, move.toTranslate, eased);
    pose.rotate = mix(move.fromRotate, move.toRotate, eased);
    if (fraction === 1) pose.move = undefined;
  }

  #place(pose: Pose): void {
    const { node, restPosition, restQuaternion, translate, rotate, turned, turnedAxis: axis } = pose;
    node.position.copy(restPosition);
    node.position.x += translate[0];
    node.position.y += translate[1];
    node.position.z += translate[2];
    // Made from the node's own classes, so that this module needs no copy of three.js.
    const euler = node.rotation.clone();
    const turn = node.quaternion.clone();
    const radians = (degrees: number): number => (degrees * Math.PI) / 180;
    turn.setFromEuler(euler.set(radians(rotate[0]), radians(rotate[1]), radians(rotate[2]), 'XYZ'));
    node.quaternion.copy(restQuaternion).multiply(turn);
    if (turned !== 0) {
      turn.setFromEuler(euler.set(axis === 'x' ? turned : 0, axis === 'y' ? turned : 0, axis === 'z' ? turned : 0, 'XYZ'));
      node.quaternion.multiply(turn);
    }
  }

  #isMoving(): boolean {
    return [...this.#poses.values()].some((pose) => pose.move !== undefined || pose.spin !== undefined);
  }
}

function mix(from: Vector, to: Vector, fraction: number): Vector {
  return [from[0] + (to[0] - from[0]) * fraction, from[1] + (to[1] - from[1]) * fraction, from[2] + (to[2] - from[2]) * fraction];
}
