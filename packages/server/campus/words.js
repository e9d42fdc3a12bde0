/** The page's words. What the components say is their own. */
const zh = {
  skip: '跳到课程',
  learner: '学习者',
  language: '语言',
  dark: '深色',
  contents: '本页内容',
  hero: '把课程放进任何网页，学习的每一步都有据可查。',
  'hero.sub': '这里没有一处是录像。上一节课，调试一台车床，看证据如何抵达，又如何变成学分。',
  course: '课程',
  'course.about': '视频、音频、图文、测验、SCORM 课件和仿真：六种内容，一个播放器。中途离开再回来，它记得你学到了哪里。',
  simulation: '仿真',
  'simulation.about': '从冷机到第一刀，共十五步，计时计分。可以用鼠标转动车床，也可以只用键盘在部件清单里完成全部操作。',
  credit: '学分',
  'credit.about': '你在上面所做的是证据。证据可以达到学分要求，但只有学校才能授予学分。展开任一学分，即可看到证明它的学习记录。',
  records: '记录',
  'records.about': '每一行是一条 xAPI 语句和它的回执。写入日志后不怕关闭标签页，持久保存后不怕浏览器被强制结束，入库后即已到家。',
  own: '试试你的课件',
  'own.about': 'SCORM 1.2、SCORM 2004、cmi5 或 Tin Can，原样上传即可。课件在独立的域下播放，外来内容碰不到它所在的网页。',
  'own.drop': '把 zip 文件拖到这里',
  'own.choose': '选择文件',
  embed: '放进你的网页',
  'embed.about': '一个脚本，要展示什么就放一个标签。你的后端为每位学习者签发短期令牌，浏览器里不存任何密钥。',
  'embed.copy': '复制',
  'embed.copied': '已复制',
  foot: 'Lectern 以 Apache-2.0 许可证开源。',
  'foot.demo': '这里的学习者都是虚构的，任何人都可以扮演其中一位。',
  'tally.stored': '已入库',
  'tally.waiting': '在途',
  'tally.failed': '失败',
  'pulse.none': '尚无记录',
  'pulse.some': (stored, waiting) => (waiting > 0 ? `${stored} 条已入库，${waiting} 条在途` : `${stored} 条已入库`),
  'pulse.failed': (failed) => `，${failed} 条失败`,
  uploading: (name) => `正在上传 ${name}`,
  reading: (name) => `正在读取 ${name}`,
  imported: (title, format, units) => `“${title}”已就绪：${format}，${units} 个单元。`,
  play: '开始学习',
  refused: '这个课件无法导入。',
  'problem.file': '文件',
  'problem.field': '位置',
  'problem.code': '代码',
  'problem.offline': '连接不上服务器。请检查网络后重试。',
  'problem.notzip': '请选择一个 zip 文件。',
  'alarm.server': '连接不上服务器，本页的内容暂时无法加载。请稍后刷新。',
  'alarm.course': '这个演示里还没有课程。',
  'alarm.launch': '这个学习链接已失效。请回到你的课程页面重新打开。',
};

const en = {
  'embed.copied': 'Copied',
  'tally.stored': 'stored',
  'tally.waiting': 'on their way',
  'tally.failed': 'failed',
  'pulse.none': 'No records yet',
  'pulse.some': (stored, waiting) => (waiting > 0 ? `${stored} stored, ${waiting} on the way` : `${stored} stored`),
  'pulse.failed': (failed) => `, ${failed} failed`,
  uploading: (name) => `Uploading ${name}`,
  reading: (name) => `Reading ${name}`,
  imported: (title, format, units) => `“${title}” is ready: ${format}, ${units} ${units === 1 ? 'unit' : 'units'}.`,
  play: 'Play it',
  refused: 'This package cannot be imported.',
  'problem.file': 'File',
  'problem.field': 'Place',
  'problem.code': 'Code',
  'problem.offline': 'The server cannot be reached. Check your connection and try again.',
  'problem.notzip': 'Choose a zip file.',
  'alarm.server': 'The server cannot be reached, so nothing on this page can load. Reload it in a while.',
  'alarm.course': 'This demo has no course yet.',
  'alarm.launch': 'This link to a course is no longer valid. Open it again from your course’s page.',
};

// What the page says in English is written in the page itself.
const written = new Map();
for (const element of document.querySelectorAll('[data-t]')) written.set(element.dataset.t, element.textContent);
for (const element of document.querySelectorAll('[data-t-label]')) written.set(element.dataset.tLabel, element.getAttribute('aria-label'));

export const language = () => document.documentElement.lang;

/** A word or sentence; a function where it holds something. */
export const say = (key, ...parts) => {
  const found = (language() === 'zh-CN' ? zh[key] : undefined) ?? en[key] ?? written.get(key) ?? key;
  return typeof found === 'function' ? found(...parts) : found;
};

/** One of a map of languages, or a plain string. */
export const pick = (text) => {
  if (typeof text !== 'object' || text === null) return String(text ?? '');
  const tags = Object.keys(text);
  const wanted = language().split('-')[0];
  const tag = tags.find((each) => each.split('-')[0] === wanted) ?? tags.find((each) => each.startsWith('en')) ?? tags[0];
  return tag === undefined ? '' : String(text[tag]);
};

export function translatePage() {
  for (const element of document.querySelectorAll('[data-t]')) element.textContent = say(element.dataset.t);
  for (const element of document.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', say(element.dataset.tLabel));
}

/** An element with its attributes and what is in it. Text stays text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== ''));
  return element;
}
