/** English, then Chinese. */
const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  'licence-full': ['All places that your institution has for this course are taken. Ask your teacher or the support of your institution for one.', '贵校本课程的名额已满。请向任课教师或学校支持人员申请名额。'],
  'licence-ended': ['Your institution’s licence for this course has ended. Ask your teacher or the support of your institution.', '贵校本课程的使用许可已到期。请联系任课教师或学校支持人员。'],
  'licence-revoked': ['Your institution’s licence for this course has been withdrawn. Ask your teacher or the support of your institution.', '贵校本课程的使用许可已被收回。请联系任课教师或学校支持人员。'],
  'not-found': ['This course is not offered any more. Ask your teacher or the support of your institution.', '本课程已不再提供。请联系任课教师或学校支持人员。'],
  'stub-missing': ['This page is opened inside a course of your LMS; it cannot be opened by itself.', '本页面需在学习平台的课程中打开，不能单独打开。'],
  unreachable: ['The course cannot be reached. Check your connection, then open it again.', '无法连接课程。请检查网络后重新打开。'],
};

/** What a learner is told when a dispatched course does not start. */
export function licenceWords(code: string, chinese: boolean): string {
  const [english, translated] = (Object.hasOwn(WORDS, code) ? WORDS[code] : undefined) ?? ['The course did not start. Open it again; if that does not help, tell the support of your institution.', '课程未能启动。请重新打开；如仍不行，请联系学校支持人员。'];
  return chinese ? translated : english;
}
