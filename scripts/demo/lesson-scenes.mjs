// The lesson film, drawn: frame(t) is the picture at t seconds as SVG. Nothing but t goes in, so a frame is always the same.
export const DURATION = 66;
export const SCENES = [
  { at: 0, id: 'title' }, { at: 6, id: 'parts' }, { at: 20, id: 'key' }, { at: 33, id: 'height' }, { at: 46, id: 'speed' }, { at: 58, id: 'checks' },
];
const C = { paper: '#f7f3ea', ink: '#1d2b36', soft: '#5f6d75', line: '#d9d2c3', teal: '#1f7a74', orange: '#e4572e', yellow: '#f2b632', steel: '#c6cfd2', light: '#e6ebec', green: '#2f9e5b' };
const clamp = (v, low = 0, high = 1) => Math.min(high, Math.max(low, v));
const ease = (v) => { const x = clamp(v); return x * x * (3 - 2 * x); };
const mix = (a, b, v) => a + (b - a) * v;
/** 0 before `from`, 1 after `from + length`, eased between. */
const ramp = (t, from, length = 0.6) => ease((t - from) / length);
const n = (v) => Math.round(v * 100) / 100;
const polar = (cx, cy, r, degrees) => [cx + r * Math.cos((degrees * Math.PI) / 180), cy + r * Math.sin((degrees * Math.PI) / 180)];

function words(x, y, en, zh, { size = 17, anchor = 'start', color = C.ink, opacity = 1, weight = 600 } = {}) {
  if (opacity <= 0) return '';
  return `<g opacity="${n(opacity)}" text-anchor="${anchor}" fill="${color}"><text x="${n(x)}" y="${n(y)}" font-size="${size}" font-weight="${weight}">${en}</text><text x="${n(x)}" y="${n(y + size * 1.2)}" font-size="${n(size * 0.86)}" fill="${color === C.ink ? C.soft : color}">${zh}</text></g>`;
}
function heading(number, en, zh, t) {
  const v = ramp(t, 0.1, 0.5);
  return `<g opacity="${n(v)}"><circle cx="44" cy="42" r="17" fill="${C.teal}"/><text x="44" y="48" font-size="17" font-weight="700" fill="#fff" text-anchor="middle">${number}</text><text x="72" y="41" font-size="19" font-weight="700" fill="${C.ink}">${en}</text><text x="72" y="60" font-size="14" fill="${C.soft}">${zh}</text></g>`;
}
const tick = (x, y, v, r = 13, color = C.green) => v <= 0 ? '' : `<g transform="translate(${x} ${y}) scale(${n(0.6 + 0.4 * v)})" opacity="${n(v)}"><circle r="${r}" fill="${color}"/><path d="M${-r * 0.45} 0l${r * 0.33} ${r * 0.35}l${r * 0.6} ${-r * 0.7}" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" pathLength="1" stroke-dasharray="1" stroke-dashoffset="${n(1 - v)}"/></g>`;
const cross = (x, y, v, r = 13) => v <= 0 ? '' : `<g transform="translate(${x} ${y}) scale(${n(0.6 + 0.4 * v)})" opacity="${n(v)}"><circle r="${r}" fill="${C.orange}"/><path d="M-5-5L5 5M5-5L-5 5" stroke="#fff" stroke-width="3" stroke-linecap="round"/></g>`;

/** The lathe from the operator's side, 520 wide. `draw` lets the lines grow; `hot` is the part that is pointed at. */
function lathe({ draw = 1, hot = '', carriage = 0, fill = 1, lamp = C.steel, spin = 0 } = {}) {
  const shape = (id, d, color) => {
    const on = hot === id;
    return `<path d="${d}" fill="${on ? C.yellow : color}" fill-opacity="${n(fill)}" stroke="${C.ink}" stroke-width="2.2" stroke-linejoin="round" pathLength="1" stroke-dasharray="1" stroke-dashoffset="${n(1 - draw)}"/>`;
  };
  const jaws = [0, 1, 2, 3].map((i) => { const y = Math.sin(spin + (i * Math.PI) / 2) * 36; return Math.cos(spin + (i * Math.PI) / 2) > 0 ? `<path d="M160 ${n(96 + y)}h19" stroke="${C.ink}" stroke-width="1.6" opacity="${n(fill * 0.55)}"/>` : ''; }).join('');
  return [
    shape('bed', 'M20 168h486v20h-486z', C.steel),
    shape('stand', 'M30 188h120v52h-120zM370 188h120v52h-120z', C.teal),
    shape('headstock', 'M26 44h126v124h-126z', C.teal),
    shape('panel', 'M42 62h88v66h-88z', C.ink),
    `<g opacity="${n(fill)}"><circle cx="66" cy="84" r="11" fill="#33434d"/><path d="M66 84v-8" stroke="${C.orange}" stroke-width="3"/><circle cx="64" cy="112" r="5" fill="${C.green}"/><circle cx="80" cy="112" r="5" fill="#f7f3ea"/></g>`,
    `<g opacity="${n(fill)}"><circle cx="108" cy="90" r="${hot === 'stop' ? 17 : 13}" fill="${C.yellow}"/><circle cx="108" cy="90" r="${hot === 'stop' ? 12 : 9}" fill="${C.orange}"/></g>`,
    `<g opacity="${n(fill)}"><rect x="38" y="22" width="12" height="18" rx="5" fill="${lamp}" stroke="${C.ink}" stroke-width="2"/><path d="M44 40v4" stroke="${C.ink}" stroke-width="3"/></g>`,
    shape('chuck', 'M152 84h8v-30h20v84h-20v-30h-8z', C.light), jaws,
    shape('jaws', 'M180 66h12v12h8v12h-20zM180 126h12v-12h8v-12h-20z', C.steel),
    shape('work', 'M186 88h186v16h-186z', '#fff'),
    `<g transform="translate(${n(carriage)} 0)">${shape('carriage', 'M236 150h88v50h-88z', C.teal)}${shape('slide', 'M252 136h56v14h-56z', C.steel)}${shape('post', 'M262 106h36v30h-36z', C.steel)}${shape('tool', 'M256 110h-10l4-6h44v8z', C.yellow)}<circle cx="280" cy="178" r="12" fill="${C.light}" stroke="${C.ink}" stroke-width="2" opacity="${n(fill)}"/></g>`,
    shape('tailstock', 'M372 96l18-9h12v-13h74v94h-74v-56h-12z', C.teal),
    shape('wheel', 'M476 88h10v-22h8v60h-8v-22h-10z', C.steel),
  ].join('');
}

function title(t) {
  const draw = ramp(t, 0.2, 2.6);
  const v = ramp(t, 2.2, 0.8);
  return `<g transform="translate(58 ${n(mix(96, 112, v))})">${lathe({ draw, fill: ramp(t, 2, 1.2) })}</g>
    <g opacity="${n(v)}"><text x="320" y="62" font-size="31" font-weight="700" fill="${C.ink}" text-anchor="middle">Lathe safety and set-up</text><text x="320" y="93" font-size="21" fill="${C.teal}" text-anchor="middle">车床安全与调试</text></g>`;
}

const PARTS = [
  ['headstock', 90, 44, 96, 86, 'Headstock', '主轴箱'], ['chuck', 168, 54, 208, 86, 'Chuck', '卡盘'], ['post', 280, 106, 320, 86, 'Tool post', '刀架'],
  ['tailstock', 436, 74, 452, 86, 'Tailstock', '尾座'], ['bed', 330, 188, 318, 330, 'Bed', '床身'], ['stop', 108, 90, 216, 330, 'Emergency stop', '急停按钮'],
];
function parts(t) {
  const active = Math.floor((t - 1) / 2);
  const hot = t > 1 && active < PARTS.length ? PARTS[active][0] : '';
  const labels = PARTS.map(([id, px, py, lx, ly, en, zh], i) => {
    const v = ramp(t, 1 + i * 2, 0.45);
    if (v <= 0) return '';
    const [x, y] = [px + 60, py + 96];
    const labelX = lx + 60;
    const up = ly < 200;
    const end = up ? ly + 26 : ly - 19;
    const current = id === hot;
    return `<path d="M${x} ${y}L${n(mix(x, labelX, v))} ${n(mix(y, end, v))}" stroke="${current ? C.orange : C.soft}" stroke-width="1.8" fill="none"/><circle cx="${x}" cy="${y}" r="3.6" fill="${current ? C.orange : C.soft}"/>${words(labelX, ly, en, zh, { size: 14, anchor: 'middle', opacity: v })}`;
  }).join('');
  return `${heading(1, 'Know your machine', '认识机床', t)}<g transform="translate(60 96)">${lathe({ hot })}</g>${labels}`;
}

function chuckFace(x, y, r, angle) {
  const jaw = (degrees) => `<g transform="rotate(${degrees})"><rect x="-11" y="${n(-r * 0.86)}" width="22" height="${n(r * 0.6)}" rx="3" fill="#fff" stroke="${C.ink}" stroke-width="2"/></g>`;
  return `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(angle)})"><circle r="${r}" fill="${C.steel}" stroke="${C.ink}" stroke-width="2.4"/><circle r="${n(r * 0.92)}" fill="none" stroke="#fff" stroke-opacity="0.6" stroke-width="2"/>${[0, 120, 240].map(jaw).join('')}<circle r="${n(r * 0.26)}" fill="${C.yellow}" stroke="${C.ink}" stroke-width="2"/><rect x="-6" y="${n(-r - 1)}" width="12" height="9" fill="${C.ink}"/></g>`;
}
const key = (x, y, angle, width = 1, opacity = 1) => `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(angle)})" opacity="${n(opacity)}"><rect x="-5" y="-58" width="10" height="62" fill="${C.light}" stroke="${C.ink}" stroke-width="2"/><rect x="${n(-34 * width)}" y="-66" width="${n(68 * width)}" height="11" rx="5.5" fill="${C.orange}" stroke="${C.ink}" stroke-width="2"/></g>`;
function keyScene(t) {
  const [cx, cy, r] = [186, 232, 88];
  let art;
  if (t < 4) {
    art = chuckFace(cx, cy, r, 0) + key(cx, cy - r + 3, 0, t > 1 ? Math.abs(Math.cos((t - 1) * 3.2)) * 0.85 + 0.15 : 1) + words(384, 190, 'Tighten the jaws', '夹紧三爪', { opacity: ramp(t, 0.6) });
  } else if (t < 8.6) {
    const u = t - 4;
    const spin = u < 1 ? 0 : (u - 1) ** 2 * 70;
    const flight = u - 2.1;
    const flying = flight > 0;
    const a = Math.min(spin, 84.7);
    const [kx, ky] = polar(cx, cy, r - 3, a - 90);
    const [fx, fy] = flying ? [kx + flight * 330, ky + flight * 30 + flight * flight * 40] : [kx, ky];
    const trail = flying ? `<path d="M${n(kx)} ${n(ky)}Q${n((kx + fx) / 2)} ${n((ky + fy) / 2 - 6)} ${n(fx)} ${n(fy)}" stroke="${C.orange}" stroke-width="3" stroke-dasharray="2 9" stroke-linecap="round" fill="none"/>` : '';
    art = trail + chuckFace(cx, cy, r, spin) + (fx < 700 ? key(fx, fy, flying ? a + flight * 240 : a) : '') +
      words(384, 128, 'Key left in, spindle on', '扳手未取下就启动', { opacity: ramp(t, 4.2), color: C.orange }) + words(384, 322, '1000 rpm: 10 m/s', '每秒飞出 10 米', { opacity: ramp(t, 6.4), size: 19 }) + cross(362, 123, ramp(t, 4.4, 0.4));
  } else {
    const out = ramp(t, 9.4, 1.3);
    const holder = `<rect x="474" y="252" width="52" height="30" rx="4" fill="${C.teal}" stroke="${C.ink}" stroke-width="2.2"/>`;
    const lift = Math.sin(out * Math.PI) * 62;
    art = chuckFace(cx, cy, r, 0) + key(mix(cx, 500, out), mix(cy - r + 3, 254, out) - lift, 0) + holder +
      words(484, 316, 'Key out before your hand leaves', '手离开之前先取下扳手', { opacity: ramp(t, 9), size: 16, anchor: 'middle' }) + tick(556, 267, ramp(t, 10.8, 0.5));
  }
  return heading(2, 'Never leave the key in the chuck', '扳手绝不留在卡盘上', t) + art;
}

function height(t) {
  const [cx, cy, r] = [236, 208, 96];
  // The tool goes high, low, then on centre.
  const offset = t < 4.6 ? mix(-34, -34, 1) : t < 8.4 ? mix(-34, 34, ramp(t, 4.2, 1)) : mix(34, 0, ramp(t, 8, 1));
  const touch = cx + Math.sqrt(r * r - offset * offset);
  const shake = t > 5.2 && t < 8 ? Math.sin(t * 38) * 1.6 : 0;
  const y = cy + offset + shake;
  const x = touch - 4;
  const spin = t * 100;
  const marks = [0, 90, 180, 270].map((d) => { const [ax, ay] = polar(cx, cy, r - 20, spin + d); const [bx, by] = polar(cx, cy, r - 6, spin + d); return `<path d="M${n(ax)} ${n(ay)}L${n(bx)} ${n(by)}" stroke="${C.ink}" stroke-opacity="0.35" stroke-width="3" stroke-linecap="round"/>`; }).join('');
  const on = ramp(t, 9, 0.5);
  const chip = on > 0 ? (() => { const pts = Array.from({ length: 34 }, (_, i) => { const a = i * 0.42 - t * 5; const grow = i / 33; return `${n(x + 6 + i * 1.5 * on + Math.cos(a) * 11 * grow)} ${n(y - 8 - i * 1.1 * on - Math.sin(a) * 11 * grow)}`; }); return `<path d="M${pts.join('L')}" fill="none" stroke="${C.teal}" stroke-width="2.6" stroke-linecap="round" opacity="${n(on)}"/>`; })() : '';
  const rub = t > 0.8 && t < 4.2 ? [0, 1, 2].map((i) => { const v = (t * 1.3 + i / 3) % 1; return `<circle cx="${n(x + 4 + v * 16)}" cy="${n(y + 12 - v * 34)}" r="${n(2 + v * 3)}" fill="${C.orange}" opacity="${n(0.7 * (1 - v))}"/>`; }).join('') : '';
  const label = (en, zh, from, to, mark) => { const v = Math.min(ramp(t, from, 0.5), 1 - ramp(t, to, 0.3)); return words(424, 118, en, zh, { opacity: v, color: mark === 'tick' ? C.green : C.orange, size: 18 }) + (mark === 'tick' ? tick(402, 118, v) : cross(402, 118, v)); };
  return `${heading(3, 'Tool tip on centre', '刀尖对准中心', t)}
    <circle cx="${cx}" cy="${cy}" r="${r}" fill="${C.light}" stroke="${C.ink}" stroke-width="2.4"/>${marks}
    <path d="M${cx - 126} ${cy}H600" stroke="${C.teal}" stroke-width="1.6" stroke-dasharray="12 5 2 5"/><circle cx="${cx}" cy="${cy}" r="3.5" fill="${C.teal}"/>
    <path d="M${cx - 34} ${cy - 54}A64 64 0 0 1 ${cx + 36} ${cy - 53}" fill="none" stroke="${C.ink}" stroke-width="2.4"/><path d="M${cx + 26} ${cy - 65}l11 12l-16 3" fill="none" stroke="${C.ink}" stroke-width="2.4" stroke-linejoin="round"/>
    ${rub}${chip}<path d="M${n(x)} ${n(y)}l64 0h130v30h-176z" fill="${C.yellow}" stroke="${C.ink}" stroke-width="2.4" stroke-linejoin="round"/>
    ${label('Too high: it rubs', '过高：摩擦', 1, 4.1)}${label('Too low: it digs in', '过低：扎刀', 5, 7.9)}${label('On centre: it cuts', '对中心：顺利切削', 9, 99, 'tick')}`;
}

const rpm = (d) => (1000 * 25) / (Math.PI * d);
function speed(t) {
  const d = t < 3 ? 20 : t < 6 ? mix(20, 40, ramp(t, 3, 1.4)) : mix(40, 80, ramp(t, 7, 1.4));
  const X = (value) => 368 + ((value - 10) / 80) * 220;
  const Y = (value) => 296 - (value / 480) * 170;
  const curve = Array.from({ length: 41 }, (_, i) => { const at = mix(17, 90, i / 40); return `${n(X(at))} ${n(Y(rpm(at)))}`; }).join('L');
  // The angle is the integral of the speed, slowed twenty times for the eye.
  let turned = 0;
  for (let s = 0; s < t; s += 0.05) { const ds = s < 3 ? 20 : s < 6 ? mix(20, 40, ramp(s, 3, 1.4)) : mix(40, 80, ramp(s, 7, 1.4)); turned += rpm(ds) * 6 * 0.05 / 20; }
  const r = d * 0.95;
  const [mx, my] = polar(150, 236, r * 0.7, turned);
  const grid = [20, 40, 80].map((v) => `<text x="${n(X(v))}" y="314" font-size="12" fill="${C.soft}" text-anchor="middle">${v}</text><path d="M${n(X(v))} 296v-${n(296 - Y(rpm(v)))}" stroke="${C.line}" stroke-width="1.5"/>`).join('');
  return `${heading(4, 'Thick bar, slow spindle', '工件越粗，转速越低', t)}
    <g opacity="${n(ramp(t, 0.4))}"><rect x="64" y="82" width="250" height="46" rx="8" fill="#fff" stroke="${C.line}" stroke-width="1.5"/><text x="189" y="112" font-size="20" font-weight="600" fill="${C.ink}" text-anchor="middle">n = 1000 · v ÷ (π · d)</text></g>
    <circle cx="150" cy="236" r="${n(r)}" fill="${C.light}" stroke="${C.ink}" stroke-width="2.4"/><path d="M150 236L${n(mx)} ${n(my)}" stroke="${C.orange}" stroke-width="4" stroke-linecap="round"/><circle cx="150" cy="236" r="3.5" fill="${C.ink}"/>
    <text x="262" y="216" font-size="15" fill="${C.soft}">d = ${Math.round(d)} mm</text><text x="262" y="246" font-size="23" font-weight="700" fill="${C.orange}">${Math.round(rpm(d) / 5) * 5}</text><text x="262" y="265" font-size="13" fill="${C.soft}">rpm 转/分</text>
    <path d="M368 118V296H596" stroke="${C.ink}" stroke-width="2" fill="none"/>${grid}<path d="M${curve}" fill="none" stroke="${C.teal}" stroke-width="3" pathLength="1" stroke-dasharray="1" stroke-dashoffset="${n(1 - ramp(t, 0.8, 1.6))}"/>
    <circle cx="${n(X(d))}" cy="${n(Y(rpm(d)))}" r="7" fill="${C.orange}" stroke="#fff" stroke-width="2" opacity="${n(ramp(t, 2))}"/>
    <text x="596" y="332" font-size="12" fill="${C.soft}" text-anchor="end">diameter 直径 (mm)</text><text x="376" y="112" font-size="12" fill="${C.soft}">n (rpm)</text><text x="596" y="140" font-size="13" fill="${C.soft}" text-anchor="end">v = 25 m/min</text>`;
}

const CHECKS = [['Emergency stop tested', '急停已测试'], ['Key back in its holder', '扳手已归位'], ['Tool on centre', '刀尖对中心'], ['Speed set', '转速已设定'], ['Guard closed', '防护罩已关闭']];
function checks(t) {
  const rows = CHECKS.map(([en, zh], i) => {
    const y = 112 + i * 44;
    const v = ramp(t, 0.5 + i * 0.95, 0.45);
    return `<circle cx="64" cy="${y}" r="13" fill="none" stroke="${C.line}" stroke-width="2.4"/>${tick(64, y, v)}${words(90, y - 2, en, zh, { size: 16, opacity: 0.35 + 0.65 * v })}`;
  }).join('');
  const go = ramp(t, 5.6, 0.6);
  return `${heading(5, 'Five checks, then start', '五项检查，然后启动', t)}${rows}<g transform="translate(318 128) scale(0.56)">${lathe({ lamp: go > 0.5 ? C.green : C.yellow, carriage: -34 * ramp(t, 6, 2), spin: t > 5.8 ? (t - 5.8) * 6 : 0 })}</g>
    <g opacity="${n(go)}"><rect x="384" y="286" width="160" height="40" rx="20" fill="${C.green}"/><text x="464" y="312" font-size="18" font-weight="700" fill="#fff" text-anchor="middle">Start 启动</text></g>`;
}

const DRAW = { title, parts, key: keyScene, height, speed, checks };

/** @param {number} t seconds, 0 to DURATION */
export function frame(t) {
  const index = SCENES.findLastIndex((scene) => t >= scene.at);
  const { id, at } = SCENES[index];
  const end = SCENES[index + 1]?.at ?? DURATION;
  const shown = Math.min(ease((t - at) / 0.35 + (index === 0 ? 1 : 0)), index === SCENES.length - 1 ? 1 : ease((end - t) / 0.35));
  const bar = SCENES.slice(1).map((scene, i) => { const stop = SCENES[i + 2]?.at ?? DURATION; const v = clamp((t - scene.at) / (stop - scene.at)); const x = 512 + i * 22; return `<rect x="${x}" y="14" width="18" height="4" rx="2" fill="${C.line}"/>${v > 0 ? `<rect x="${x}" y="14" width="${n(18 * v)}" height="4" rx="2" fill="${C.teal}"/>` : ''}`; }).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360" font-family="'Noto Sans', 'Noto Sans CJK SC', sans-serif"><rect width="640" height="360" fill="${C.paper}"/><g opacity="${n(shown)}">${DRAW[id](t - at)}</g>${bar}</svg>`;
}
