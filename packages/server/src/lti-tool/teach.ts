import { pickText } from '@lectern/core';
import { Hono, type Context } from 'hono';
import { StaleToken } from '../lti-platform/sealed-token.js';
import type { Target } from './addresses.js';
import { escapeHtml, languageOf, pageHeaders, renderPage, type Language } from './html.js';
import { LaunchError } from './launch-error.js';
import { startLearner, type CheckedLaunch } from './launch-routes.js';
import type { Outcome } from './outcome.js';
import { ServiceFault } from './platform-services.js';
import type { Platform } from './platform.js';
import { readParameters, required } from './read-form.js';
import { readRoster, type Member } from './roster.js';
import type { LtiToolServices } from './services.js';
import { isStaff } from './terms.js';

/** Seconds that a teacher's page can be looked at again without another launch. */
const LIFETIME = 4 * 3_600;

interface Place {
  readonly platform: string;
  readonly message: CheckedLaunch;
  readonly courseId: string;
  readonly unitId?: string;
}

interface Row {
  readonly name: string;
  readonly lastAt?: string;
  readonly outcome?: Outcome;
  readonly problem?: string;
}

/** The page of those who look after a place's learners: who has done what, and the course to look at. */
export function createTeach(services: LtiToolServices) {
  const { db, courses, platforms, toolTokens, platformServices } = services;

  async function show(c: Context, platform: Platform, message: CheckedLaunch, { courseId, unitId }: Target & { readonly courseId: string }): Promise<Response> {
    const language = languageOf(message.locale, c.req.header('accept-language'));
    const { course } = await courses.get(courseId, platform.tenantId);
    const place = toolTokens.issue('place', { platform: platform.id, message, courseId, ...(unitId === undefined ? {} : { unitId }) } satisfies Place, LIFETIME);
    const { rows, problem } = await learnersOf(platform, message, courseId, unitId);
    const title = message.resourceLink?.title ?? pickText(course.title, [language, ...(course.language ? [course.language] : [])]);
    return c.html(renderPage({ language, title, body: teacherBody({ language, title, place, rows, problem }) }), 200, pageHeaders()) as unknown as Response;
  }

  async function learnersOf(platform: Platform, { resourceLink, memberships }: CheckedLaunch, courseId: string, unitId: string | undefined): Promise<{ rows: Row[]; problem: string | undefined }> {
    const found = await db.selectFrom('lti_links as l').leftJoin('lti_scores as s', (join) => join.onRef('s.tenant_id', '=', 'l.tenant_id').onRef('s.registration', '=', 'l.registration'))
      .select(['l.sub', 'l.last_at', 's.outcome', 's.problem']).where('l.platform_id', '=', platform.id).where('l.resource_link_id', '=', resourceLink!.id).where('l.course_id', '=', courseId)
      .$if(unitId !== undefined, (query) => query.where('l.unit_id', '=', unitId!)).orderBy('l.first_at').limit(5_000).execute();
    let members: Member[] = [];
    let problem: string | undefined;
    if (memberships !== undefined) {
      try {
        members = await readRoster(platformServices, platform, memberships);
      } catch (error) {
        if (!(error instanceof ServiceFault)) throw error;
        problem = error.message;
      }
    }
    const names = new Map(members.map(({ userId, name }) => [userId, name]));
    const known = new Set(found.map(({ sub }) => sub));
    const rows = found.map(({ sub, last_at: lastAt, outcome, problem: unsent }): Row => ({
      name: names.get(sub) ?? sub, lastAt: lastAt.toISOString(), ...(outcome === null ? {} : { outcome: JSON.parse(outcome) as Outcome }), ...(unsent === null ? {} : { problem: unsent }),
    }));
    const absent = members.filter(({ userId, roles }) => !known.has(userId) && !isStaff(roles)).map(({ userId, name }): Row => ({ name: name ?? userId }));
    return { rows: [...rows, ...absent], problem };
  }

  const app = new Hono();
  app.post('/teach', async (c) => {
    const form = await readParameters(c, 'form');
    const { platform: id, message, courseId, unitId } = openPlace(required(form, 'place', 100_000));
    const platform = await platforms.byId(id);
    if (!platform) throw new LaunchError('platform-unknown', 'The platform is registered no more.', { field: 'place' });
    await courses.get(courseId, platform.tenantId).catch(() => {
      throw new LaunchError('course-missing', `There is no course "${courseId}" any more.`, { field: 'course' });
    });
    const target = { courseId, unitId };
    // Looking at it counts for nobody.
    return form.get('do') === 'open' ? c.redirect(await startLearner(services, c, platform, message, target, 'Browse'), 303) : show(c, platform, message, target);
  });

  function openPlace(text: string): Place {
    try {
      return toolTokens.open('place', text) as unknown as Place;
    } catch (error) {
      if (error instanceof StaleToken) throw new LaunchError('state-expired', 'The page was opened too long ago.', { field: 'place' });
      throw new LaunchError('state-invalid', 'The page is not one of this tool’s.', { field: 'place' });
    }
  }

  return { show, routes: app };
}

const WORDS = {
  'zh-CN': {
    open: '打开课程', refresh: '刷新', learners: '学习者', name: '姓名', state: '状态', score: '得分', progress: '进度', last: '最近', nobody: '还没有人打开过。',
    passed: '通过', failed: '未通过', completed: '已完成', begun: '进行中', absent: '未开始', hint: '您是教师：打开课程不会留下成绩。', roster: '学习平台的名单暂不可用，因此只显示代号。', unsent: '成绩尚未送达学习平台',
  },
  en: {
    open: 'Open the course', refresh: 'Refresh', learners: 'Learners', name: 'Name', state: 'State', score: 'Score', progress: 'Progress', last: 'Last here', nobody: 'Nobody has opened it yet.',
    passed: 'Passed', failed: 'Failed', completed: 'Completed', begun: 'In progress', absent: 'Not started', hint: 'You look after this course: what you open is not graded.', roster: 'The platform’s roster cannot be had now, so learners are shown by their ids.', unsent: 'The score has not reached the platform yet',
  },
} as const;

function teacherBody({ language, title, place, rows, problem }: { readonly language: Language; readonly title: string; readonly place: string; readonly rows: readonly Row[]; readonly problem: string | undefined }): string {
  const words = WORDS[language];
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const stateOf = ({ outcome, lastAt }: Row): string => (outcome?.success ? words[outcome.success] : outcome?.completed ? words.completed : lastAt === undefined ? words.absent : words.begun);
  const cells = (row: Row): string => {
    const { name, outcome, lastAt, problem: unsent } = row;
    const score = outcome?.score?.scaled === undefined ? '' : number.format(outcome.score.scaled * 100);
    return `<tr><th scope="row"><bdi>${escapeHtml(name)}</bdi></th><td>${stateOf(row)}${unsent === undefined ? '' : ` <span class="warn" title="${escapeHtml(unsent)}">⚠ <span class="hint">${words.unsent}</span></span>`}</td><td>${score}</td><td>${outcome ? percent.format(outcome.progress) : ''}</td><td>${lastAt === undefined ? '' : `<time datetime="${lastAt}">${escapeHtml(date.format(new Date(lastAt)))}</time>`}</td></tr>`;
  };
  return `    <main class="teach">
      <h1>${escapeHtml(title)}</h1>
      <p class="hint">${words.hint}</p>
      <form method="post" action="/lti/teach" class="ways">
        <input type="hidden" name="place" value="${escapeHtml(place)}">
        <button name="do" value="open" class="primary">${words.open}</button>
        <button name="do" value="show">${words.refresh}</button>
      </form>
      <h2>${words.learners}</h2>
      ${problem === undefined ? '' : `<p class="alarm" title="${escapeHtml(problem)}">${words.roster}</p>`}
      ${rows.length === 0 ? `<p>${words.nobody}</p>` : `<div class="table" tabindex="0" role="region" aria-label="${words.learners}"><table>
        <thead><tr><th scope="col">${words.name}</th><th scope="col">${words.state}</th><th scope="col">${words.score}</th><th scope="col">${words.progress}</th><th scope="col">${words.last} (UTC)</th></tr></thead>
        <tbody>${rows.map(cells).join('')}</tbody>
      </table></div>`}
    </main>`;
}
