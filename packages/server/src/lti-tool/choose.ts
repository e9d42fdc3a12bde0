import { listUnits, newUuid, pickText, type Text, type Unit } from '@lectern/core';
import { Hono, type Context } from 'hono';
import { SignJWT } from 'jose';
import { CLAIMS } from '../lti-platform/lti-terms.js';
import { ALGORITHM } from '../lti-platform/platform-keys.js';
import { StaleToken } from '../lti-platform/sealed-token.js';
import type { StoredCourse } from '../courseware/course-store.js';
import { courseAddress } from './addresses.js';
import { resourceOf } from './gradebook.js';
import { escapeHtml, languageOf, pageHeaders, postingPage, renderPage, type Language } from './html.js';
import { LaunchError } from './launch-error.js';
import type { CheckedLaunch } from './launch-routes.js';
import { MAXIMUM } from './outcome.js';
import type { Platform } from './platform.js';
import { readPairs, required, toParameters } from './read-form.js';
import type { LtiToolServices } from './services.js';
import { DEEP_LINKING, MESSAGES } from './terms.js';

/** Seconds that somebody may take to choose. */
const LIFETIME = 2 * 3_600;
/** Courses that are shown; the search narrows them. */
const MOST = 100;
/** Things that are chosen at once. */
const MOST_CHOSEN = 50;

interface Choice {
  readonly platform: string;
  readonly deploymentId: string;
  readonly settings: NonNullable<CheckedLaunch['deepLinking']>;
  readonly language: Language;
}

/** Deep linking (Deep Linking 2.0): a teacher chooses courses or single units, and the platform makes links of them, each with its column in the gradebook. */
export function createChoose(services: LtiToolServices) {
  const { courses, platforms, toolTokens, keys, originsOf } = services;

  async function show(c: Context, platform: Platform, { deploymentId, deepLinking: settings, locale }: CheckedLaunch): Promise<Response> {
    if (!settings!.acceptsLinks) throw new LaunchError('message-unsupported', 'The platform takes no LTI links here ("accept_types" lacks "ltiResourceLink").', { field: DEEP_LINKING.settings, clause: 'Deep Linking 2.0, 4.4.1' });
    const language = languageOf(locale, c.req.header('accept-language'));
    return picker(c, platform, { platform: platform.id, deploymentId, settings: settings!, language }, '');
  }

  async function picker(c: Context, platform: Platform, choice: Choice, search: string): Promise<Response> {
    const { language } = choice;
    const wanted = search.trim().toLowerCase();
    const matching = (await courses.list(platform.tenantId)).filter(({ title }) => wordsOf(title).toLowerCase().includes(wanted));
    // One that was removed meanwhile is left out.
    const found = (await Promise.all(matching.slice(0, MOST).map(({ id }) => courses.find(id)))).filter((stored) => stored !== undefined);
    const token = toolTokens.issue('choice', choice, LIFETIME);
    return c.html(renderPage({ language, title: WORDS[language].title, body: pickerBody({ choice, token, found, search, more: matching.length > MOST }) }), 200, pageHeaders()) as unknown as Response;
  }

  const app = new Hono();
  app.post('/choose', async (c) => {
    const pairs = await readPairs(c, 'form');
    const form = toParameters(pairs.filter(([name]) => name !== 'item'));
    const choice = openChoice(required(form, 'choice', 100_000));
    const platform = await platforms.byId(choice.platform);
    if (!platform) throw new LaunchError('platform-unknown', 'The platform is registered no more.', { field: 'choice' });
    if (form.get('do') === 'search') return picker(c, platform, choice, (form.get('search') ?? '').slice(0, 200));
    const items = form.get('do') === 'cancel' ? [] : await itemsOf(c, platform, choice, pairs.flatMap(([name, value]) => (name === 'item' ? [value] : [])));
    const { kid, key } = await keys.signer();
    const { settings, deploymentId, language } = choice;
    const jwt = await new SignJWT({
      nonce: newUuid(),
      [CLAIMS.messageType]: MESSAGES.deepLinkingResponse,
      [CLAIMS.version]: '1.3.0',
      [CLAIMS.deploymentId]: deploymentId,
      [DEEP_LINKING.contentItems]: items,
      ...(settings.data === undefined ? {} : { [DEEP_LINKING.data]: settings.data }),
    }).setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' }).setIssuer(platform.clientId).setSubject(platform.clientId).setAudience(platform.issuer).setIssuedAt().setExpirationTime('5 m').sign(key);
    const { html, headers } = postingPage(settings.returnUrl, { JWT: jwt }, language);
    return c.html(html, 200, headers);
  });

  async function itemsOf(c: Context, platform: Platform, { settings, language }: Choice, chosen: readonly string[]): Promise<object[]> {
    if (chosen.length === 0) throw new LaunchError('request-invalid', 'Nothing was chosen.', { field: 'item' });
    if (chosen.length > (settings.multiple ? MOST_CHOSEN : 1)) throw new LaunchError('request-invalid', 'More was chosen than the platform takes.', { field: 'item', clause: 'Deep Linking 2.0, 4.4.1' });
    const origins = originsOf(c.req.raw);
    return Promise.all(chosen.map(async (text) => {
      const [courseId = '', unitId] = readItem(text);
      const stored = await courses.get(courseId, platform.tenantId).catch(() => undefined);
      const unit = unitId === undefined ? undefined : stored && listUnits(stored.course).find(({ id }) => id === unitId);
      if (!stored || (unitId !== undefined && !unit)) throw new LaunchError('course-missing', 'What was chosen is there no more.', { field: 'item' });
      const languages = [language, ...(stored.course.language ? [stored.course.language] : [])];
      const { title, description } = unit ?? stored.course;
      const label = pickText(title, languages).slice(0, 255) || courseId;
      return {
        type: 'ltiResourceLink',
        title: label,
        ...(description === undefined ? {} : { text: pickText(description, languages).slice(0, 2_000) }),
        url: courseAddress(origins, courseId, unitId),
        custom: { course: courseId, ...(unitId === undefined ? {} : { unit: unitId }) },
        ...(settings.acceptsLineItems ? { lineItem: { scoreMaximum: MAXIMUM, label, resourceId: resourceOf(courseId, unitId), tag: 'outcome' } } : {}),
      };
    }));
  }

  function openChoice(text: string): Choice {
    try {
      return toolTokens.open('choice', text) as unknown as Choice;
    } catch (error) {
      if (error instanceof StaleToken) throw new LaunchError('state-expired', 'The choice was begun too long ago.', { field: 'choice' });
      throw new LaunchError('state-invalid', 'The choice is not one of this tool’s.', { field: 'choice' });
    }
  }

  return { show, routes: app };
}

const writeItem = (courseId: string, unitId?: string): string => JSON.stringify(unitId === undefined ? [courseId] : [courseId, unitId]);

function readItem(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.length >= 1 && value.length <= 2 && value.every((part) => typeof part === 'string' && part.length <= 200 && !part.includes('\u0000'))) return value as string[];
  } catch {
    // falls through to the refusal
  }
  throw new LaunchError('request-invalid', 'What was chosen cannot be read.', { field: 'item' });
}

const wordsOf = (text: Text): string => (typeof text === 'string' ? text : Object.values(text).join('\n'));

const WORDS = {
  'zh-CN': { title: '选择学习内容', search: '搜索', find: '查找', add: '添加', cancel: '取消', whole: '整门课程', units: (n: number) => `${n} 个单元`, none: '没有找到课程。', empty: '这里还没有课程。', more: '只显示前面的部分，请用搜索缩小范围。', kinds: { video: '视频', audio: '音频', document: '文档', scorm: 'SCORM', cmi5: 'cmi5', xapi: 'xAPI', html: '网页', h5p: 'H5P', simulation: '仿真', quiz: '测验', link: '链接', lti: '工具' } },
  en: { title: 'Choose what to learn', search: 'Search', find: 'Find', add: 'Add', cancel: 'Cancel', whole: 'The whole course', units: (n: number) => (n === 1 ? '1 unit' : `${n} units`), none: 'No course was found.', empty: 'There are no courses here yet.', more: 'Only the first are shown; search to narrow them.', kinds: { video: 'Video', audio: 'Audio', document: 'Document', scorm: 'SCORM', cmi5: 'cmi5', xapi: 'xAPI', html: 'Page', h5p: 'H5P', simulation: 'Simulation', quiz: 'Quiz', link: 'Link', lti: 'Tool' } },
} as const;

interface PickerParts {
  readonly choice: Choice;
  readonly token: string;
  readonly found: readonly StoredCourse[];
  readonly search: string;
  /** There are others. */
  readonly more: boolean;
}

function pickerBody({ choice, token, found, search, more }: PickerParts): string {
  const words = WORDS[choice.language];
  const kind = choice.settings.multiple ? 'checkbox' : 'radio';
  const box = (value: string, label: string, note: string): string => `<label><input type="${kind}" name="item" value="${escapeHtml(value)}"><span><bdi>${escapeHtml(label)}</bdi>${note === '' ? '' : ` <small>${escapeHtml(note)}</small>`}</span></label>`;
  const course = (stored: StoredCourse): string => {
    const tags = [choice.language, ...(stored.course.language ? [stored.course.language] : [])];
    const units = listUnits(stored.course);
    const title = pickText(stored.course.title, tags) || stored.id;
    const unit = (each: Unit): string => `<li>${box(writeItem(stored.id, each.id), pickText(each.title, tags) || each.id, words.kinds[each.kind])}</li>`;
    return `<li class="course"><fieldset><legend><bdi>${escapeHtml(title)}</bdi></legend>
          ${stored.course.description === undefined ? '' : `<p class="hint">${escapeHtml(pickText(stored.course.description, tags).slice(0, 400))}</p>`}
          ${box(writeItem(stored.id), words.whole, words.units(units.length))}
          ${units.length > 1 ? `<details><summary>${words.units(units.length)}</summary><ul>${units.slice(0, 500).map(unit).join('')}</ul></details>` : ''}</fieldset></li>`;
  };
  return `    <main class="choose">
      <h1>${words.title}</h1>
      <form method="post" action="/lti/choose">
        <input type="hidden" name="choice" value="${escapeHtml(token)}">
        <p class="search" role="search"><label for="search">${words.search}</label> <input id="search" name="search" type="search" value="${escapeHtml(search)}"> <button name="do" value="search">${words.find}</button></p>
        ${found.length === 0 ? `<p role="status">${search === '' ? words.empty : words.none}</p>` : `<ul class="courses">${found.slice(0, MOST).map(course).join('\n')}</ul>`}
        ${more ? `<p class="hint">${words.more}</p>` : ''}
        <p class="ways"><button name="do" value="add" class="primary"${found.length === 0 ? ' disabled' : ''}>${words.add}</button> <button name="do" value="cancel">${words.cancel}</button></p>
      </form>
    </main>`;
}
