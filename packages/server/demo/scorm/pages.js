import { UI } from './content.js';

/** Makes an element. Text goes in as text: nothing here is ever parsed as markup. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const BLOCKS = {
  lead: (text, t) => el('p', { class: 'lead' }, t(text)),
  text: (text, t) => el('p', {}, t(text)),
  list: (items, t) => el('ol', { class: 'habits' }, ...items.map(([title, text]) => el('li', {}, el('strong', {}, t(title)), el('span', {}, t(text))))),
  table: ([head, ...rows], t) =>
    el('table', {}, el('thead', {}, el('tr', {}, ...head.map((cell) => el('th', { scope: 'col' }, t(cell))))), el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map((cell) => el('td', {}, t(cell))))))),
  figure: (src, t, { alt, caption }) => el('figure', {}, el('img', { src, alt: t(alt), width: '640', height: '300' }), el('figcaption', {}, t(caption))),
  calculator: (_, t) => calculator(t),
};

export function renderPage(page, t) {
  return page.blocks.map((block) => {
    const [kind] = Object.keys(block);
    return BLOCKS[kind](block[kind], t, block);
  });
}

const SVG = 'http://www.w3.org/2000/svg';
function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** The bar's end view beside a slider for its diameter; the speed follows n = 1000 · v ÷ (π · d). */
function calculator(t) {
  const bar = svg('circle', { cx: 100, cy: 100, class: 'bar' });
  const arrow = svg('path', { class: 'arrow' });
  const value = el('output', { for: 'diameter', class: 'rpm' });
  const size = el('span', { class: 'size' });
  const slider = el('input', { type: 'range', id: 'diameter', min: '10', max: '100', step: '5', value: '40' });
  const update = () => {
    const d = Number(slider.value);
    const rpm = Math.round(25000 / Math.PI / d);
    const r = 6 + d * 0.8;
    bar.setAttribute('r', String(r));
    arrow.setAttribute('d', `M100 100V${100 - r}`);
    size.textContent = `${d} mm`;
    value.textContent = `${rpm} ${t(UI.rpm)}`;
    slider.setAttribute('aria-valuetext', `${d} mm, ${rpm} ${t(UI.rpm)}`);
  };
  slider.addEventListener('input', update);
  update();
  return el(
    'div', { class: 'calculator' },
    svg('svg', { viewBox: '0 0 200 200', 'aria-hidden': 'true' }, svg('circle', { cx: 100, cy: 100, r: 92, class: 'ring' }), bar, arrow, svg('circle', { cx: 100, cy: 100, r: 4, class: 'dot' })),
    el('div', { class: 'controls' }, el('p', { class: 'formula' }, 'n = 1000 · v ÷ (π · d)'), el('label', { for: 'diameter' }, t(UI.diameter), ' ', size), slider, el('p', { class: 'result' }, t(UI.speed), value)),
  );
}
