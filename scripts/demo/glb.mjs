// A small writer of binary glTF 2.0: shapes with soft bevels, merged by material into one mesh a node.
// Positions and normals are plain floats and there are no textures, so that no extension, decoder or blob URL is needed.

/** @typedef {{ positions: number[], normals: number[], indices: number[] }} Geometry */

/** A box whose bevels catch the light: a corner has one vertex per face, and the faces' normals run on over the bevel. */
export function box(width, height, depth, bevel = 0.006) {
  const half = [width / 2, height / 2, depth / 2];
  const b = Math.min(bevel, ...half.map((h) => h * 0.9));
  /** @type {Geometry} */
  const out = { positions: [], normals: [], indices: [] };
  // What is thinner than a bevel shows needs only its eight corners.
  const sliver = bevel <= 0.001 || (bevel <= 0.002 && Math.min(width, height, depth) <= 0.013);
  const index = new Map();
  const vertex = (corner, axis) => {
    const key = `${corner.join()}/${sliver ? '' : axis}`;
    if (!index.has(key)) {
      index.set(key, out.positions.length / 3);
      out.positions.push(...corner.map((sign, i) => sign * (half[i] - (sliver || i === axis ? 0 : b))));
      out.normals.push(...corner.map((sign, i) => (sliver ? sign / Math.sqrt(3) : i === axis ? sign : 0)));
    }
    return index.get(key);
  };
  const signs = [-1, 1];
  for (let axis = 0; axis < 3; axis++) {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    const corner = (a, s, t) => { const c = [0, 0, 0]; c[axis] = a; c[u] = s; c[v] = t; return c; };
    for (const a of signs) {
      quad(out, [corner(a, -1, -1), corner(a, 1, -1), corner(a, 1, 1), corner(a, -1, 1)].map((c) => vertex(c, axis)));
    }
    if (!sliver) for (const s of signs) for (const t of signs) {
      // The bevel along `axis`, between the faces of u and v.
      const [low, high] = [corner(-1, s, t), corner(1, s, t)];
      quad(out, [vertex(low, u), vertex(high, u), vertex(high, v), vertex(low, v)]);
    }
  }
  if (!sliver) for (const x of signs) for (const y of signs) for (const z of signs) triangle(out, [0, 1, 2].map((axis) => vertex([x, y, z], axis)));
  return out;
}

/** How many sides a circle needs to look round at arm's length. */
const roundness = (radius) => Math.round(Math.min(30, 6 + radius * 200));

/**
 * A solid of revolution about y. `profile`: [radius, y] from the bottom's axis to the top's, corners bevelled by `bevel`.
 */
export function turned(profile, { segments, bevel = 0.003, smooth = false, from = 0, to = Math.PI * 2 } = {}) {
  segments ??= roundness(Math.max(...profile.map(([radius]) => radius)));
  /** @type {[number, number, number, number][]} radius, y, normal's radius and y */
  const rings = [];
  const normal = ([r0, y0], [r1, y1]) => { const l = Math.hypot(r1 - r0, y1 - y0) || 1; return [(y1 - y0) / l, -(r1 - r0) / l]; };
  profile.forEach((point, i) => {
    const before = i > 0 ? normal(profile[i - 1], point) : null;
    const after = i + 1 < profile.length ? normal(point, profile[i + 1]) : null;
    const toward = (other) => { const l = Math.hypot(other[0] - point[0], other[1] - point[1]) || 1; const d = Math.min(bevel, l * 0.45); return [point[0] + (other[0] - point[0]) * d / l, point[1] + (other[1] - point[1]) * d / l]; };
    if (!before) rings.push([...point, ...after]);
    else if (!after) rings.push([...point, ...before]);
    else if (smooth) { const n = [before[0] + after[0], before[1] + after[1]]; const l = Math.hypot(...n) || 1; rings.push([...point, n[0] / l, n[1] / l]); }
    else rings.push([...toward(profile[i - 1]), ...before], [...toward(profile[i + 1]), ...after]);
  });
  /** @type {Geometry} */
  const out = { positions: [], normals: [], indices: [] };
  // A ring on the axis is one vertex; a full circle ends on its first.
  const around = to - from > 6.283 ? segments : segments + 1;
  const starts = rings.map(([r, y, nr, ny]) => {
    const start = out.positions.length / 3;
    for (let s = 0; s < (r === 0 ? 1 : around); s++) {
      const a = from + ((to - from) * s) / segments;
      out.positions.push(r * Math.cos(a), y, r * Math.sin(a));
      out.normals.push(nr * Math.cos(a) * (r === 0 ? 0 : 1), ny || 1e-9, nr * Math.sin(a) * (r === 0 ? 0 : 1));
    }
    return start;
  });
  for (let i = 0; i + 1 < rings.length; i++) for (let s = 0; s < segments; s++) {
    const at = (ringIndex, k) => starts[ringIndex] + (rings[ringIndex][0] === 0 ? 0 : k % around);
    quad(out, [at(i, s), at(i, s + 1), at(i + 1, s + 1), at(i + 1, s)]);
  }
  return out;
}

/** Thin ones are shaded like a pill, which spares the bevel. */
export const cylinder = (radius, height, options) =>
  turned([[0, -height / 2], [radius, -height / 2], [radius, height / 2], [0, height / 2]], { smooth: radius <= 0.0125, ...options });
export const cone = (r0, r1, height, options) => turned([[0, -height / 2], [r0, -height / 2], [r1, height / 2], [0, height / 2]], options);
export const ball = (radius, { rings = 7 } = {}) =>
  turned(Array.from({ length: rings + 1 }, (_, i) => { const a = -Math.PI / 2 + (Math.PI * i) / rings; return [i % rings === 0 ? 0 : radius * Math.cos(a), radius * Math.sin(a)]; }), { smooth: true });
export function ring(radius, tube) {
  const segments = roundness(radius) + 4;
  const sides = tube < 0.006 ? 5 : 6;
  /** @type {Geometry} */
  const out = { positions: [], normals: [], indices: [] };
  for (let i = 0; i < sides; i++) for (let s = 0; s < segments; s++) {
    const [a, b] = [(Math.PI * 2 * i) / sides, (Math.PI * 2 * s) / segments];
    out.positions.push((radius + tube * Math.cos(a)) * Math.cos(b), tube * Math.sin(a), (radius + tube * Math.cos(a)) * Math.sin(b));
    out.normals.push(Math.cos(a) * Math.cos(b), Math.sin(a), Math.cos(a) * Math.sin(b));
  }
  const at = (i, s) => (i % sides) * segments + (s % segments);
  for (let i = 0; i < sides; i++) for (let s = 0; s < segments; s++) quad(out, [at(i, s), at(i, s + 1), at(i + 1, s + 1), at(i + 1, s)]);
  return out;
}

/** A round bar along a path of points, for a curled chip or a lamp's neck. */
export function tube(points, radius, sides = 6) {
  /** @type {Geometry} */
  const out = { positions: [], normals: [], indices: [] };
  const sub = (a, b) => a.map((v, i) => v - b[i]);
  const unit = (a) => { const l = Math.hypot(...a) || 1; return a.map((v) => v / l); };
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  points.forEach((point, i) => {
    const along = unit(sub(points[Math.min(i + 1, points.length - 1)], points[Math.max(i - 1, 0)]));
    const side = unit(cross(along, Math.abs(along[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0]));
    const up = cross(side, along);
    for (let s = 0; s < sides; s++) {
      const a = (Math.PI * 2 * s) / sides;
      const n = side.map((v, k) => v * Math.cos(a) + up[k] * Math.sin(a));
      out.normals.push(...n);
      out.positions.push(...point.map((v, k) => v + n[k] * radius));
    }
  });
  const at = (i, s) => i * sides + (s % sides);
  for (let i = 0; i + 1 < points.length; i++) for (let s = 0; s < sides; s++) quad(out, [at(i, s), at(i, s + 1), at(i + 1, s + 1), at(i + 1, s)]);
  return out;
}

/** Winds a triangle so that it faces the way its normals point. */
function triangle(out, [a, b, c]) {
  const p = (i) => out.positions.slice(i * 3, i * 3 + 3);
  const [A, B, C] = [p(a), p(b), p(c)];
  const u = B.map((v, i) => v - A[i]);
  const v = C.map((w, i) => w - A[i]);
  const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  if (Math.hypot(...n) < 1e-12) return;
  const mean = [0, 1, 2].map((i) => [a, b, c].reduce((sum, k) => sum + out.normals[k * 3 + i], 0));
  out.indices.push(...(n[0] * mean[0] + n[1] * mean[1] + n[2] * mean[2] >= 0 ? [a, b, c] : [a, c, b]));
}
function quad(out, [a, b, c, d]) { triangle(out, [a, b, c]); triangle(out, [a, c, d]); }

/** Moves and turns a geometry: degrees about x, then y, then z, then the offset. */
export function place(geometry, at = [0, 0, 0], turn = [0, 0, 0]) {
  const turnAll = (values, offset) => {
    const out = [];
    for (let i = 0; i < values.length; i += 3) {
      let [x, y, z] = values.slice(i, i + 3);
      const [a, b, c] = turn.map((degrees) => (degrees * Math.PI) / 180);
      [y, z] = [y * Math.cos(a) - z * Math.sin(a), y * Math.sin(a) + z * Math.cos(a)];
      [x, z] = [x * Math.cos(b) + z * Math.sin(b), -x * Math.sin(b) + z * Math.cos(b)];
      [x, y] = [x * Math.cos(c) - y * Math.sin(c), x * Math.sin(c) + y * Math.cos(c)];
      out.push(x + offset[0], y + offset[1], z + offset[2]);
    }
    return out;
  };
  return { positions: turnAll(geometry.positions, at), normals: turnAll(geometry.normals, [0, 0, 0]), indices: geometry.indices };
}
export const alongX = (geometry, at) => place(geometry, at, [0, 0, -90]);
export const alongZ = (geometry, at) => place(geometry, at, [90, 0, 0]);

/** Collects named nodes and writes them as one file. */
export class Glb {
  #materials = new Map();
  #nodes = [];

  /** @param {string} color `#rrggbb` in sRGB */
  material(name, color, { metallic = 0, roughness = 0.6, alpha = 1, emissive = 0 } = {}) {
    const linear = [1, 3, 5].map((i) => { const s = parseInt(color.slice(i, i + 2), 16) / 255; return round(s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4); });
    this.#materials.set(name, {
      name,
      pbrMetallicRoughness: { baseColorFactor: [...linear, alpha], metallicFactor: metallic, roughnessFactor: roughness },
      ...(alpha < 1 ? { alphaMode: 'BLEND', doubleSided: true } : {}),
      ...(emissive ? { emissiveFactor: linear.map((v) => round(v * emissive)) } : {}),
    });
    return name;
  }

  /** @param {[material: string, geometry: Geometry][]} shapes in the node's own space */
  node(name, at, shapes, { parent = null } = {}) {
    this.#nodes.push({ name, at, shapes, parent });
  }

  /** Box around a node's own shapes, in the model's space. */
  bounds(name) {
    let node = this.#nodes.find((candidate) => candidate.name === name);
    if (!node) throw new Error(`The model has no node "${name}".`);
    const { shapes } = node;
    const offset = [0, 0, 0];
    for (; node; node = this.#nodes.find((candidate) => candidate.name === node.parent)) node.at.forEach((v, i) => (offset[i] += v));
    const min = [Infinity, Infinity, Infinity];
    const max = [-Infinity, -Infinity, -Infinity];
    for (const [, { positions }] of shapes) positions.forEach((v, i) => { min[i % 3] = Math.min(min[i % 3], v + offset[i % 3]); max[i % 3] = Math.max(max[i % 3], v + offset[i % 3]); });
    return { min, max };
  }

  get names() { return this.#nodes.map((node) => node.name); }

  write() {
    const pools = [[], [], [], []].map((arrays) => ({ arrays, length: 0 }));
    const accessors = [];
    const add = (pool, array, accessor) => {
      const { arrays, length } = pools[pool];
      arrays.push(array);
      pools[pool].length += array.byteLength;
      return accessors.push({ bufferView: pool, ...(length ? { byteOffset: length } : {}), ...accessor }) - 1;
    };
    const materials = [...this.#materials.values()];
    const meshes = [];
    const nodes = this.#nodes.map(({ name, at, shapes }) => {
      const byMaterial = new Map();
      for (const [material, geometry] of shapes) {
        if (!this.#materials.has(material)) throw new Error(`No material "${material}".`);
        const merged = byMaterial.get(material) ?? { positions: [], normals: [], indices: [] };
        const base = merged.positions.length / 3;
        merged.positions.push(...geometry.positions);
        merged.normals.push(...geometry.normals);
        merged.indices.push(...geometry.indices.map((i) => i + base));
        byMaterial.set(material, merged);
      }
      const primitives = [...byMaterial].map(([material, { positions, normals, indices }]) => {
        const count = positions.length / 3;
        const short = positions.map(round);
        const along = (i) => short.filter((_, k) => k % 3 === i);
        const min = [0, 1, 2].map((i) => along(i).reduce((least, v) => Math.min(least, v)));
        const max = [0, 1, 2].map((i) => along(i).reduce((most, v) => Math.max(most, v)));
        return {
          attributes: {
            POSITION: add(0, Float32Array.from(short), { componentType: 5126, count, type: 'VEC3', min, max }),
            NORMAL: add(1, Float32Array.from(unitAll(normals)), { componentType: 5126, count, type: 'VEC3' }),
          },
          indices: count < 255
            ? add(3, Uint8Array.from(indices), { componentType: 5121, count: indices.length, type: 'SCALAR' })
            : add(2, Uint16Array.from(indices), { componentType: 5123, count: indices.length, type: 'SCALAR' }),
          material: materials.findIndex((candidate) => candidate.name === material),
        };
      });
      const mesh = primitives.length > 0 ? { mesh: meshes.push({ primitives }) - 1 } : {};
      const children = this.#nodes.flatMap((node, i) => (node.parent === name ? [i] : []));
      return { name, translation: at.map(round), ...mesh, ...(children.length > 0 ? { children } : {}) };
    });
    const roots = this.#nodes.flatMap((node, i) => (node.parent === null ? [i] : []));
    let length = 0;
    const bufferViews = pools.map((pool, i) => {
      const view = { buffer: 0, byteOffset: length, byteLength: pool.length, ...(i < 2 ? { byteStride: 12 } : {}), target: i < 2 ? 34962 : 34963 };
      length += pool.length;
      return view;
    });
    const chunks = pools.flatMap(({ arrays }) => arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
    if (length % 4) chunks.push(Buffer.alloc(4 - (length % 4)));
    length += (4 - (length % 4)) % 4;
    const json = Buffer.from(JSON.stringify({
      asset: { version: '2.0', generator: 'Lectern demo' },
      scene: 0, scenes: [{ nodes: roots }], nodes, meshes, materials, accessors, bufferViews, buffers: [{ byteLength: length }],
    }));
    const jsonChunk = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4, 0x20)]);
    const head = (size, type) => { const b = Buffer.alloc(8); b.writeUInt32LE(size, 0); b.writeUInt32LE(type, 4); return b; };
    const header = Buffer.alloc(12);
    header.writeUInt32LE(0x46546c67, 0);
    header.writeUInt32LE(2, 4);
    header.writeUInt32LE(12 + 8 + jsonChunk.length + 8 + length, 8);
    return Buffer.concat([header, head(jsonChunk.length, 0x4e4f534a), jsonChunk, head(length, 0x004e4942), ...chunks]);
  }
}

function unitAll(normals) {
  const out = [];
  for (let i = 0; i < normals.length; i += 3) { const l = Math.hypot(normals[i], normals[i + 1], normals[i + 2]) || 1; out.push(normals[i] / l, normals[i + 1] / l, normals[i + 2] / l); }
  return out;
}
const round = (value) => Math.round(value * 1e5) / 1e5;
