// Prints the handout in English and Chinese with a headless Chromium: document/speeds-handout.<language>.pdf, tagged and with an outline.
// Run: node scripts/demo/handout.mjs (it needs a Chinese typeface on the machine; the letters used are put into the file)
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../browser.mjs';

const MATERIALS = [[25, 'Mild steel', '低碳钢'], [18, 'Cast iron', '铸铁'], [60, 'Brass', '黄铜'], [90, 'Aluminium', '铝']];
const DIAMETERS = [10, 20, 30, 40, 60, 80];
const LANGUAGES = {
  en: {
    title: 'At the lathe: speeds and checks',
    unit: 'rpm',
    speeds: ['Spindle speeds', 'For tools of high-speed steel, n = 1000 · v ÷ (π · d). If the machine has steps, take the next lower one.', 'Material', 'v (m/min)'],
    before: ['Before the first turn', ['Cuffs closed, hair tied, no rings, no watch, no gloves.', 'Glasses with side shields on.', 'Emergency stop pressed: the lamp is red, start does nothing. Reset.', 'Bar against the jaws, tightened with the T key alone.', 'Key in its holder. A hand never lets go of a key that is in the chuck.', 'More than three diameters stick out? Tailstock.']],
    start: ['Guard, stand, start', ['Turn the chuck once by hand: nothing touches.', 'Close the guard.', 'Step out of the plane of the chuck, a hand near the stop.', 'Start, with a feed of 0.1 mm per revolution.']],
    feeds: ['Feeds and depths', 'What a small centre lathe takes without complaint. Begin with the smaller value.', ['Cut', 'Feed (mm/rev)', 'Depth (mm)'], [['Roughing', '0.2 to 0.3', '1 to 2'], ['Finishing', '0.05 to 0.1', '0.2 to 0.5'], ['Facing', '0.1', '0.5'], ['Parting off', '0.03 to 0.05', 'width of the tool']]],
    after: ['Leave it as you want to find it', ['Let the chuck run down by itself: a hand is not a brake.', 'Switch off, then clear the chips with hook and brush.', 'Wipe the ways, oil them, put the key into its holder.']],
  },
  'zh-CN': {
    title: '车床旁：转速与检查',
    unit: '转/分',
    speeds: ['主轴转速', '适用于高速钢刀具，n = 1000 · v ÷ (π · d)。机床只有若干档转速时，选较低的一档。', '材料', 'v（m/min）'],
    before: ['第一转之前', ['袖口扣紧，头发收好，不戴戒指、手表和手套。', '戴好带侧护的护目镜。', '按下急停：灯变红，启动无反应，再复位。', '棒料靠紧卡爪，只用 T 形扳手夹紧。', '扳手放回支座。扳手在卡盘上时，手绝不松开。', '伸出超过三倍直径？使用尾座。']],
    start: ['关罩、站位、启动', ['用手把卡盘转一圈，确认没有碰擦。', '关闭防护罩。', '离开卡盘的旋转平面，一只手靠近停止按钮。', '启动，进给量每转 0.1 mm。']],
    feeds: ['进给量与切削深度', '小型普通车床可以承受的数值，从较小的开始。', ['加工', '进给量（mm/转）', '切深（mm）'], [['粗车', '0.2 至 0.3', '1 至 2'], ['精车', '0.05 至 0.1', '0.2 至 0.5'], ['车端面', '0.1', '0.5'], ['切断', '0.03 至 0.05', '刀具宽度']]],
    after: ['留给下一个人', ['让卡盘自己停下来：手不是刹车。', '切断电源，再用钩子和刷子清除切屑。', '擦净导轨并上油，把扳手放回支座。']],
  },
};

const speed = (v, d) => Math.round((1000 * v) / (Math.PI * d));
const list = ([heading, items], tag = 'ul') => `<section><h2>${heading}</h2><${tag}>${items.map((item) => `<li>${item}</li>`).join('')}</${tag}></section>`;

function pageOf(lang, { title, unit, speeds, before, start, feeds, after }) {
  const [heading, words, material, v] = speeds;
  const column = lang === 'en' ? 1 : 2;
  const rows = MATERIALS.map((row) => `<tr><th scope="row">${row[column]}</th><td>${row[0]}</td>${DIAMETERS.map((d) => `<td>${speed(row[0], d)}</td>`).join('')}</tr>`);
  const [feedHeading, feedWords, feedHead, feedRows] = feeds;
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>${title}</title><style>
    @page { size: A5; margin: 14mm 12mm }
    body { margin: 0; font: 10.5pt/1.6 'DejaVu Sans', 'Noto Sans CJK SC', sans-serif; color: #1d2327 }
    h1 { font-size: 17pt; line-height: 1.3; margin: 0 0 10pt; color: #15618c } h2 { font-size: 12.5pt; margin: 0 0 6pt; color: #15618c; break-after: avoid }
    section { break-before: page } section:first-of-type { break-before: auto }
    li { margin-bottom: 5pt } ul { list-style: '☐ '; padding-inline-start: 1.4em } ol { padding-inline-start: 1.4em }
    table { border-collapse: collapse; width: 100%; font-size: 9pt } th, td { padding: 4pt 3pt; border-bottom: .5pt solid #838d93; text-align: right } th:first-child { text-align: left }
  </style><body><h1>${title}</h1>${list(before)}${list(start, 'ol')}
  <section><h2>${heading}</h2><p>${words}</p><table><thead><tr><th>${material}</th><th>${v}</th>${DIAMETERS.map((d) => `<th>d = ${d}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table><p>d: mm · n: ${unit}</p></section>
  <section><h2>${feedHeading}</h2><p>${feedWords}</p><table><thead><tr>${feedHead.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead><tbody>${feedRows.map(([first, ...rest]) => `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</tbody></table></section>
  ${list(after, 'ol')}</body></html>`;
}

const browser = await launchBrowser();
const page = await browser.newPage();
for (const [lang, content] of Object.entries(LANGUAGES)) {
  await page.setContent(pageOf(lang, content));
  const file = fileURLToPath(new URL(`../../packages/server/demo/document/speeds-handout.${lang}.pdf`, import.meta.url));
  const pdf = await page.pdf({ preferCSSPageSize: true, tagged: true, outline: true });
  await writeFile(file, pdf);
  console.log(`${file}: ${pdf.length} bytes`);
}
await browser.close();
