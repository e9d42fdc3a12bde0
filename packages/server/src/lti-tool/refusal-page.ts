import { escapeHtml, languageOf, renderPage } from './html.js';
import type { LaunchError, LaunchErrorCode } from './launch-error.js';

type Words = readonly [zh: string, en: string];

const TITLE: Words = ['无法打开此内容', 'This cannot be opened'];

/** What the person in front of it can do. The administrator's part stands below. */
const AGAIN: Words = ['请回到课程页面，再次打开此链接。', 'Go back to your course and open the link again.'];
const TEACHER: Words = ['请告诉您的老师或学习平台的管理员。', 'Please tell your teacher, or whoever looks after your learning platform.'];

const SAID: Readonly<Record<LaunchErrorCode, readonly Words[]>> = {
  'request-invalid': [['学习平台的请求不完整。', 'The learning platform’s request is not complete.'], TEACHER],
  'platform-unknown': [['此学习平台尚未在这里登记。', 'This learning platform is not registered here yet.'], TEACHER],
  'state-invalid': [['这次打开不是从本浏览器开始的，或已经失效。', 'This was not begun in this browser, or is no longer good.'], AGAIN],
  'state-expired': [['打开得太久，已经失效。', 'It took too long and has run out.'], AGAIN],
  replayed: [['这个链接已经用过一次。', 'This was used once already.'], AGAIN],
  'platform-refused': [['学习平台没有允许这次打开。', 'The learning platform did not allow it.'], AGAIN, TEACHER],
  'token-invalid': [['无法确认这次打开来自您的学习平台。', 'It could not be made sure that this comes from your learning platform.'], TEACHER],
  'token-expired': [['这次打开已经失效。', 'This has run out.'], AGAIN, TEACHER],
  'clock-skew': [['学习平台的时钟与此处相差太多。', 'The learning platform’s clock differs too much from the one here.'], TEACHER],
  'deployment-unknown': [['此学习平台的这一部分尚未在这里登记。', 'This part of the learning platform is not registered here yet.'], TEACHER],
  'message-unsupported': [['学习平台的这种请求不受支持。', 'This kind of request is not supported.'], TEACHER],
  'claim-invalid': [['学习平台的消息不完整。', 'The learning platform’s message is not complete.'], TEACHER],
  'keys-unreachable': [['暂时联系不上学习平台。', 'The learning platform cannot be reached at the moment.'], AGAIN],
  'course-missing': [['此链接尚未选择内容，或内容已不在。', 'No content was chosen for this link, or it is there no more.'], TEACHER],
  'tenant-suspended': [['此机构的访问已暂停。', 'This institution’s access is suspended.'], TEACHER],
};

/** Says to the learner what to do, and below, folded, to those who look after the platform, what is wrong. */
export function refusalPage(error: LaunchError, acceptLanguage: string | undefined): string {
  const language = languageOf(acceptLanguage);
  const pick = ([zh, en]: Words): string => escapeHtml(language === 'zh-CN' ? zh : en);
  const facts = [['code', error.code], ['field', error.field], ['clause', error.clause]].flatMap(([name, value]) => (value === undefined ? [] : [`<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`])).join('');
  return renderPage({
    language,
    title: language === 'zh-CN' ? TITLE[0] : TITLE[1],
    body: `    <main class="refusal">
      <h1>${pick(TITLE)}</h1>
      ${SAID[error.code].map((words) => `<p>${pick(words)}</p>`).join('\n      ')}
      <details>
        <summary>${language === 'zh-CN' ? '给管理员的说明' : 'For administrators'}</summary>
        <p lang="en">${escapeHtml(error.message)}</p>
        <dl lang="en">${facts}</dl>
      </details>
    </main>`,
  });
}
