// The lathe: every part that a learner uses or sees move is a node of its own. x runs along the spindle (the tailstock is
// at +x), y up, z towards the operator; metres. Every node rests unturned, so that an effect's angles are the model's.
import { Glb, alongX, alongZ, ball, box, cone, cylinder, place, ring, tube, turned } from './glb.mjs';

/** Height of the spindle's axis. */
export const CENTRE = 0.93;
export const BAR_RADIUS = 0.02;
/** Where the chips wait: inside the stand. Out of it they lie `-CHIPS_HIDDEN` away. */
export const CHIPS_HIDDEN = [-0.47, -0.3, -0.1];
/** How far below centre the tool rests before it is set, and how high it must be lifted. */
export const TOOL_DROP = 0.012;

/** For what the camera comes close to. */
const ROUND = { segments: 24 };

export function buildLathe() {
  const glb = new Glb();
  const body = glb.material('body', '#1f7a74', { roughness: 0.42 });
  const cream = glb.material('cream', '#ece6d9', { roughness: 0.5 });
  const dark = glb.material('dark', '#26343c', { roughness: 0.55 });
  const black = glb.material('black', '#15191c', { roughness: 0.5 });
  const cast = glb.material('cast', '#8f9a9c', { metallic: 0.55, roughness: 0.5 });
  const steel = glb.material('steel', '#d3d8da', { metallic: 1, roughness: 0.26 });
  const bright = glb.material('bright', '#eef1f2', { metallic: 1, roughness: 0.16 });
  const brass = glb.material('brass', '#e0b34c', { metallic: 1, roughness: 0.3 });
  const orange = glb.material('orange', '#e4572e', { roughness: 0.45 });
  const red = glb.material('red', '#d1342b', { roughness: 0.38 });
  const yellow = glb.material('yellow', '#f2b632', { roughness: 0.45 });
  const green = glb.material('green', '#2f9e5b', { roughness: 0.4 });
  const wood = glb.material('wood', '#b98a58', { roughness: 0.7 });
  const glass = glb.material('glass', '#b9dde6', { roughness: 0.08, alpha: 0.3 });
  const chip = glb.material('chip', '#c7ccd6', { metallic: 1, roughness: 0.32 });
  const lampGlow = glb.material('lamp-glow', '#6d7375', { roughness: 0.4 });
  const statusGlow = glb.material('status-glow', '#5b6467', { roughness: 0.3 });

  glb.node('stand', [0, 0, 0], [
    [body, place(box(0.42, 0.53, 0.42, 0.012), [-0.47, 0.305, 0])],
    [body, place(box(0.34, 0.53, 0.42, 0.012), [0.5, 0.305, 0])],
    [dark, place(box(0.38, 0.05, 0.38, 0.006), [-0.47, 0.025, 0])],
    [dark, place(box(0.3, 0.05, 0.38, 0.006), [0.5, 0.025, 0])],
    [cream, place(box(0.34, 0.36, 0.012, 0.005), [-0.47, 0.29, 0.211])],
    [cream, place(box(0.26, 0.36, 0.012, 0.005), [0.5, 0.29, 0.211])],
    [steel, place(box(0.012, 0.09, 0.012, 0.004), [-0.34, 0.32, 0.223])],
    [steel, place(box(0.012, 0.09, 0.012, 0.004), [0.41, 0.32, 0.223])],
    [dark, place(box(0.62, 0.03, 0.03), [0.01, 0.12, -0.12])],
    [cream, place(box(1.5, 0.62, 0.016, 0.006), [0, 0.9, -0.285])],
    [body, place(box(1.5, 0.03, 0.024, 0.006), [0, 1.21, -0.285])],
    [steel, alongZ(cylinder(0.006, 0.03), [0.3, 1.14, -0.265])],
    [steel, alongZ(cylinder(0.006, 0.03), [0.6, 1.15, -0.265])],
    [wood, place(box(0.03, 0.028, 0.05, 0.004), [0.12, 0.612, 0.222])], [wood, place(box(0.03, 0.028, 0.05, 0.004), [0.32, 0.612, 0.222])],
  ]);
  glb.node('chip-tray', [0, 0.585, 0], [
    [dark, place(box(1.5, 0.03, 0.58, 0.008))],
    [dark, place(box(1.5, 0.05, 0.014, 0.005), [0, 0.02, 0.283])],
    [dark, place(box(0.014, 0.05, 0.58, 0.005), [-0.743, 0.02, 0])],
    [dark, place(box(0.014, 0.05, 0.58, 0.005), [0.743, 0.02, 0])],
  ]);
  const rail = (z) => [
    [cast, place(box(1.3, 0.085, 0.06, 0.006), [0.02, 0.665, z])],
    [steel, place(box(1.3, 0.014, 0.066, 0.006), [0.02, 0.712, z])],
    [steel, place(box(1.3, 0.016, 0.016, 0.006), [0.02, 0.72, z], [0, 0, 0])],
  ];
  glb.node('bed', [0, 0, 0], [
    ...rail(0.095), ...rail(-0.095),
    ...[-0.2, 0.08, 0.36, 0.62].map((x) => [cast, place(box(0.03, 0.07, 0.18, 0.005), [x, 0.655, 0])]),
    [body, place(box(0.1, 0.04, 0.26, 0.008), [0.6, 0.615, 0])],
    [steel, alongX(cylinder(0.011, 0.98), [0.17, 0.66, 0.158])],
  ]);
  glb.node('headstock', [0, 0, 0], [
    [body, place(box(0.36, 0.37, 0.32, 0.018), [-0.51, 0.91, 0])],
    [cream, place(box(0.37, 0.03, 0.33, 0.012), [-0.51, 1.1, 0])],
    [cream, place(box(0.34, 0.03, 0.012, 0.005), [-0.51, 0.752, 0.16])],
    [dark, place(box(0.3, 0.25, 0.016, 0.007), [-0.51, 0.935, 0.163])],
    [cream, alongZ(ring(0.047, 0.0025), [-0.58, 0.995, 0.172])],
    ...Array.from({ length: 9 }, (_, i) => {
      const a = ((225 - i * 33.75) * Math.PI) / 180;
      return [cream, place(box(0.003, 0.011, 0.004, 0.001), [-0.58 + Math.cos(a) * 0.057, 0.995 + Math.sin(a) * 0.057, 0.172], [0, 0, (a * 180) / Math.PI - 90])];
    }),
    [steel, alongX(cylinder(0.065, 0.03), [-0.318, CENTRE, 0])],
    [yellow, alongZ(cylinder(0.038, 0.014, ROUND), [-0.425, 0.995, 0.171 + 0.006])],
    [steel, place(cylinder(0.008, 0.07), [-0.64, 1.145, 0.1])], [dark, place(cylinder(0.027, 0.014), [-0.64, 1.18, 0.1])],
    [dark, place(box(0.03, 0.03, 0.05, 0.004), [-0.345, CENTRE + 0.08, -0.145])],
    [dark, alongX(cylinder(0.008, 0.1), [-0.32, CENTRE + 0.08, -0.15])],
    [dark, place(turned([[0, -0.012], [0.026, -0.012], [0.026, 0.012], [0, 0.012]]), [-0.61, 1.125, -0.06])],
  ]);

  // The three jaws stand 120° apart; their own nodes let a key draw them in.
  glb.node('chuck', [-0.26, CENTRE, 0], [
    [cast, alongX(turned([[0, -0.045], [0.1, -0.045], [0.112, -0.03], [0.112, 0.03], [0.104, 0.04], [0.03, 0.04], [0.03, 0.02]]))],
    [black, alongX(cylinder(0.029, 0.01), [0.02, 0, 0])],
    ...[0, 120, 240].flatMap((degrees) => {
      const a = (degrees * Math.PI) / 180;
      return [
        [black, place(box(0.02, 0.004, 0.02, 0.001), [0, Math.cos(a) * 0.1115, Math.sin(a) * 0.1115], [degrees, 0, 0])],
        [black, place(box(0.004, 0.075, 0.03, 0.001), [0.0395, Math.cos(a) * 0.068, Math.sin(a) * 0.068], [degrees, 0, 0])],
      ];
    }),
  ]);
  [0, 120, 240].forEach((degrees, i) => {
    const a = (degrees * Math.PI) / 180;
    glb.node(`jaw-${i + 1}`, [0.04, Math.cos(a) * 0.012, Math.sin(a) * 0.012], [
      [steel, place(box(0.03, 0.07, 0.026, 0.003), [0.012, Math.cos(a) * 0.062, Math.sin(a) * 0.062], [degrees, 0, 0])],
      [steel, place(box(0.036, 0.028, 0.022, 0.003), [0.036, Math.cos(a) * 0.039, Math.sin(a) * 0.039], [degrees, 0, 0])],
    ], { parent: 'chuck' });
  });
  glb.node('key', [-0.61, 1.13, -0.06], [
    [steel, place(cylinder(0.011, 0.1), [0, 0.055, 0])],
    [bright, place(box(0.013, 0.03, 0.013, 0.002), [0, 0, 0])],
    [orange, alongX(cylinder(0.0085, 0.15), [0, 0.105, 0])],
    [orange, place(ball(0.012), [-0.075, 0.105, 0])],
    [orange, place(ball(0.012), [0.075, 0.105, 0])],
  ]);
  glb.node('workpiece', [0.22, 0.645, 0.222], [
    [bright, alongX(turned([[0, -0.15], [BAR_RADIUS, -0.15], [BAR_RADIUS, 0.15], [0.005, 0.15], [0, 0.14]]))],
  ]);

  const wheel = (x, y, z, r) => [
    [steel, alongZ(ring(r, r * 0.13), [x, y, z])],
    [dark, alongZ(cylinder(r * 0.32, 0.03), [x, y, z - 0.006])],
    ...[0, 60, 120].map((degrees) => [steel, place(box(r * 1.9, r * 0.16, r * 0.12, 0.001), [x, y, z], [0, 0, degrees])]),
    [black, alongZ(cylinder(r * 0.16, 0.045), [x + r * 0.72, y + r * 0.62, z + 0.026])],
  ];
  const toolX = -0.02;
  glb.node('carriage', [0.06, 0, 0], [
    [cast, place(box(0.24, 0.03, 0.3, 0.006), [0, 0.742, 0])],
    [body, place(box(0.24, 0.15, 0.045, 0.01), [0, 0.675, 0.175])],
    [cream, place(box(0.2, 0.03, 0.006, 0.003), [0, 0.725, 0.199])],
    ...wheel(-0.06, 0.66, 0.225, 0.046),
    [cast, place(box(0.1, 0.036, 0.26, 0.006), [0, 0.775, 0.03])],
    ...wheel(0, 0.775, 0.2, 0.028),
    [cast, place(cylinder(0.05, 0.026), [0, 0.806, 0.07])],
    [cast, place(box(0.075, 0.036, 0.14, 0.006), [0, 0.836, 0.08])],
  ]);
  glb.node('tool-post', [0, 0.854, 0.085], [
    [dark, place(box(0.082, 0.02, 0.082, 0.004), [0, 0.01, 0])],
    [dark, place(box(0.082, 0.022, 0.082, 0.004), [0, 0.093, 0])],
    [steel, place(box(0.05, 0.07, 0.05, 0.003), [0, 0.052, 0])],
    [steel, place(cylinder(0.013, 0.03), [0, 0.116, 0])],
    [steel, place(cylinder(0.0055, 0.11), [0.045, 0.135, 0.02], [0, 20, -70])],
    [black, place(ball(0.013), [0.1, 0.155, 0.0])],
    ...[-0.026, 0.026].flatMap((x) => [-0.026, 0.026].map((z) => [steel, place(box(0.011, 0.018, 0.011, 0.002), [x, 0.112, z])])),
  ], { parent: 'carriage' });
  glb.node('tool', [toolX, CENTRE - TOOL_DROP, 0.085], [
    [bright, place(box(0.02, 0.018, 0.13, 0.002), [0, -0.009, -0.0])],
    [brass, place(box(0.018, 0.007, 0.018, 0.002), [0, -0.002, -0.06], [0, 45, 0])],
  ], { parent: 'carriage' });
  glb.node('tailstock', [0.5, 0, 0], [
    [cast, place(box(0.15, 0.03, 0.25, 0.006), [0.025, 0.742, 0])],
    [body, place(box(0.14, 0.11, 0.15, 0.012), [0.02, 0.81, 0])],
    [body, alongX(cylinder(0.062, 0.19), [0, CENTRE - 0.012, 0])],
    [body, place(box(0.14, 0.09, 0.11, 0.012), [0.02, 0.87, 0])],
    [bright, alongX(cylinder(0.03, 0.07), [-0.12, CENTRE, 0])],
    [steel, alongX(cone(0.021, 0.0215, 0.02), [-0.163, CENTRE, 0])],
    [bright, place(cone(0.021, 0.001, 0.05, { bevel: 0.001 }), [-0.197, CENTRE, 0], [0, 0, 90])],
    [dark, alongX(cylinder(0.02, 0.04), [0.112, CENTRE, 0])],
    [steel, alongX(ring(0.058, 0.0075), [0.13, CENTRE, 0])],
    ...[0, 60, 120].map((degrees) => [steel, place(box(0.007, 0.11, 0.009, 0.001), [0.13, CENTRE, 0], [degrees, 0, 0])]),
    [steel, place(cylinder(0.006, 0.09), [0.02, 0.995, 0.03], [25, 0, 0])],
    [black, place(ball(0.014), [0.02, 1.037, 0.05])],
  ]);

  // The guard hangs on the headstock behind the chuck; open at rest. Turned +95° about x it covers the chuck.
  const guardRadius = 0.15;
  const hinge = [-0.255, CENTRE + 0.08, -0.15];
  const swing = (geometry) => {
    // Drawn closed about the spindle's axis, then swung open about the hinge.
    const closed = place(geometry, [0, CENTRE - hinge[1], -hinge[2]]);
    return place(closed, [0, 0, 0], [-95, 0, 0]);
  };
  const arc = (x) => tube(Array.from({ length: 15 }, (_, i) => { const a = ((-20 + i * 13.5) * Math.PI) / 180; return [x, Math.sin(a) * guardRadius, Math.cos(a) * guardRadius]; }), 0.0055, 6);
  const pane = (() => {
    const out = { positions: [], normals: [], indices: [] };
    for (let i = 0; i <= 24; i++) {
      const a = ((-20 + (i * 189) / 24) * Math.PI) / 180;
      for (const x of [-0.08, 0.08]) { out.positions.push(x, Math.sin(a) * guardRadius, Math.cos(a) * guardRadius); out.normals.push(0, Math.sin(a), Math.cos(a)); }
      if (i < 24) out.indices.push(i * 2, i * 2 + 1, i * 2 + 3, i * 2, i * 2 + 3, i * 2 + 2);
    }
    return out;
  })();
  glb.node('guard', hinge, [
    [glass, swing(pane)],
    [orange, swing(arc(-0.08))],
    [orange, swing(arc(0.08))],
    ...[-20, 169].map((degrees) => { const a = (degrees * Math.PI) / 180; return [orange, swing(alongX(cylinder(0.0055, 0.165), [0, Math.sin(a) * guardRadius, Math.cos(a) * guardRadius]))]; }),
    [orange, swing(place(box(0.07, 0.016, 0.016, 0.004), [0, Math.sin(0.1) * 0.16, Math.cos(0.1) * 0.163]))],
    [dark, alongX(cylinder(0.01, 0.18))],
  ]);

  const panel = 0.171;
  glb.node('emergency-stop', [-0.425, 0.995, panel + 0.01], [
    [black, alongZ(cylinder(0.015, 0.026), [0, 0, 0.013])],
    [red, alongZ(turned([[0, 0.024], [0.028, 0.024], [0.029, 0.034], [0.02, 0.044], [0, 0.047]], { bevel: 0.004, ...ROUND }))],
    [cream, place(box(0.004, 0.02, 0.002, 0.0005), [0, 0, 0.0465])],
  ]);
  glb.node('speed-dial', [-0.58, 0.995, panel], [
    [black, alongZ(turned([[0, 0], [0.036, 0], [0.03, 0.03], [0, 0.03]], { bevel: 0.004, ...ROUND }))],
    [orange, place(box(0.005, 0.024, 0.003, 0.001), [0, 0.016, 0.0305])],
  ]);
  glb.node('start-button', [-0.46, 0.89, panel], [[cream, alongZ(cylinder(0.02, 0.008, ROUND), [0, 0, 0.003])], [green, alongZ(cylinder(0.015, 0.02, ROUND), [0, 0, 0.01])]]);
  glb.node('stop-button', [-0.405, 0.89, panel], [[cream, alongZ(cylinder(0.02, 0.008, ROUND), [0, 0, 0.003])], [red, alongZ(cylinder(0.015, 0.02, ROUND), [0, 0, 0.01])]]);
  glb.node('main-switch', [-0.6, 0.875, panel], [
    [yellow, place(box(0.056, 0.056, 0.008, 0.003), [0, 0, 0.002])],
    [red, alongZ(cylinder(0.02, 0.016, ROUND), [0, 0, 0.012])],
    [red, place(box(0.012, 0.05, 0.018, 0.004), [0, 0, 0.026])],
  ]);
  glb.node('feed-lever', [-0.53, 0.79, 0.165], [
    [steel, alongZ(cylinder(0.018, 0.03, ROUND), [0, 0, 0.012])],
    [steel, place(cylinder(0.006, 0.08), [0, -0.04, 0.026])],
    [black, place(ball(0.015), [0, -0.085, 0.026])],
  ]);
  glb.node('status-lamp', [-0.64, 1.187, 0.1], [[statusGlow, turned([[0, 0], [0.024, 0], [0.024, 0.05], [0.016, 0.062], [0, 0.064]], { bevel: 0.006 })]]);

  const neck = Array.from({ length: 12 }, (_, i) => { const t = i / 11; return [0.02 - 0.14 * t * t, 1.2 + 0.2 * Math.sin(t * Math.PI * 0.62), -0.275 + 0.2 * t]; });
  const end = neck.at(-1);
  glb.node('lamp-arm', [0, 0, 0], [[black, tube(neck, 0.008, 6)], [dark, place(cylinder(0.024, 0.02), [0.02, 1.205, -0.28])]]);
  glb.node('lamp', [end[0], end[1], end[2]], [
    [dark, place(turned([[0, 0.03], [0.018, 0.03], [0.026, 0], [0.056, -0.04], [0.052, -0.04]].reverse(), { bevel: 0.002 }), [0, 0, 0], [-25, 0, 12])],
    [lampGlow, place(cylinder(0.05, 0.006), [-0.008, -0.033, 0.014], [-25, 0, 12])],
  ]);

  const lens = (x) => [[black, alongZ(ring(0.034, 0.0045), [x, 0, 0])], [glass, alongZ(cylinder(0.032, 0.003), [x, 0, 0])]];
  glb.node('safety-glasses', [0.3, 1.115, -0.235], [
    ...lens(-0.042), ...lens(0.042),
    [black, tube(Array.from({ length: 7 }, (_, i) => { const t = i / 6; return [-0.012 + 0.024 * t, 0.012 + 0.008 * Math.sin(Math.PI * t), 0]; }), 0.004, 6)],
    [orange, place(box(0.006, 0.01, 0.045, 0.002), [-0.078, 0.006, -0.02])],
    [orange, place(box(0.006, 0.01, 0.045, 0.002), [0.078, 0.006, -0.02])],
  ]);
  glb.node('brush', [0.6, 1.06, -0.25], [
    [wood, place(turned([[0, -0.06], [0.011, -0.055], [0.013, 0.02], [0.009, 0.07], [0.012, 0.1], [0, 0.106]], { smooth: true }))],
    [steel, place(box(0.056, 0.028, 0.02, 0.003), [0, -0.072, 0])],
    [black, place(box(0.06, 0.055, 0.018, 0.006), [0, -0.11, 0])],
  ]);
  // The chips rest inside the stand, out of sight, until cutting lifts them into the tray.
  glb.node('chips', CHIPS_HIDDEN, Array.from({ length: 6 }, (_, i) => {
    const at = [-0.14 + i * 0.05, 0.302 + (i % 2) * 0.004, 0.19 + ((i * 7) % 5) * 0.014];
    const curl = Array.from({ length: 13 }, (_, k) => { const a = k * 1.15; const r = 0.011 + (i % 3) * 0.002; return [at[0] + Math.cos(a) * r, 0.3 + at[1] + 0.008 + Math.sin(a) * r * 0.8, at[2] + (k - 6) * 0.0042]; });
    return [chip, place(tube(curl, 0.0018, 3), [0, 0, 0])];
  }));
  return glb;
}
