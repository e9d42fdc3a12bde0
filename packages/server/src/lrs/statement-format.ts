import type { Activity, ActivityDefinition, LanguageMap, Statement } from '@lectern/core';
import type { Db } from '../database/database.js';
import { keyOf } from '../database/keys.js';
import type { StatementRow } from './statement-query.js';
import { formatMicros } from './timestamp.js';

export type StatementFormat = 'ids' | 'exact' | 'canonical';

type Json = Record<string, unknown>;

/** The statements as text, ready to be joined: `exact` is never parsed. */
export async function formatStatements(db: Db, tenantId: number, rows: readonly StatementRow[], format: StatementFormat, languages: readonly string[]): Promise<string[]> {
  const texts = rows.map(({ document, seq }) => `${document.slice(0, -1)},"stored":"${formatMicros(seq)}"}`);
  if (format === 'exact') return texts;
  const statements = texts.map((text) => JSON.parse(text) as Statement);
  if (format === 'ids') return statements.map((statement) => JSON.stringify(toIds(statement as unknown as Json)));
  const ids = new Set<string>();
  for (const statement of statements) mapActivities(statement as unknown as Json, (activity) => (ids.add(activity.id), activity));
  const definitions = await loadDefinitions(db, tenantId, [...ids]);
  return statements.map((statement) =>
    JSON.stringify(withOneLanguage(mapActivities(statement as unknown as Json, (activity) => canonical(activity, definitions)), languages)),
  );
}

export async function loadDefinitions(db: Db, tenantId: number, ids: readonly string[]): Promise<Map<string, ActivityDefinition>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('activities').select(['id', 'definition'])
    .where('tenant_id', '=', tenantId).where('key', 'in', ids.map((id) => keyOf(tenantId, 'activity', id))).execute();
  return new Map(rows.map(({ id, definition }) => [id, JSON.parse(definition) as ActivityDefinition]));
}

function canonical(activity: Activity, definitions: ReadonlyMap<string, ActivityDefinition>): Activity {
  const definition = definitions.get(activity.id);
  return definition ? { ...activity, definition } : activity;
}

/** Communication 2.1.3, `ids`: only what identifies agents, activities, verbs and groups. */
function toIds(statement: Json): Json {
  const reduced = mapActivities(statement, ({ id }) => ({ id })); // an object without a type is an activity
  return mapParts(reduced, (key, value) => {
    if (key === 'verb') return { id: value['id'] };
    return isActor(key, value) ? actorIds(value) : value;
  });
}

function actorIds(actor: Json): Json {
  const { name: _name, member, ...rest } = actor;
  const identified = ['mbox', 'mbox_sha1sum', 'openid', 'account'].some((key) => key in rest);
  return !identified && Array.isArray(member) ? { ...rest, member: member.map((one) => actorIds(one as Json)) } : rest;
}

const ACTOR_KEYS = new Set(['actor', 'authority', 'instructor', 'team', 'agent', 'group']);

const isActor = (key: string, value: Json): boolean =>
  ACTOR_KEYS.has(key) || (key === 'object' && (value['objectType'] === 'Agent' || value['objectType'] === 'Group'));

/** Applies `map` to the parts of a statement and of its SubStatement. */
function mapParts(statement: Json, map: (key: string, value: Json) => unknown): Json {
  const out: Json = {};
  for (const [key, value] of Object.entries(statement)) {
    if (typeof value !== 'object' || value === null) out[key] = value;
    else if (key === 'object' && (value as Json)['objectType'] === 'SubStatement') out[key] = mapParts(value as Json, map);
    else if (key === 'context') out[key] = mapContext(value as Json, map);
    else out[key] = Array.isArray(value) ? value : map(key, value as Json);
  }
  return out;
}

function mapContext(context: Json, map: (key: string, value: Json) => unknown): Json {
  const out: Json = {};
  for (const [key, value] of Object.entries(context)) {
    if ((key === 'contextAgents' || key === 'contextGroups') && Array.isArray(value)) out[key] = value.map((one) => mapParts(one as Json, map));
    else out[key] = typeof value === 'object' && value !== null && !Array.isArray(value) && key !== 'extensions' ? map(key, value as Json) : value;
  }
  return out;
}

function mapActivities(statement: Json, map: (activity: Activity) => Activity): Json {
  return mapParts(statement, (key, value) => {
    if (key === 'object' && (value['objectType'] === undefined || value['objectType'] === 'Activity')) return map(value as unknown as Activity);
    if (key === 'contextActivities') {
      return Object.fromEntries(Object.entries(value).map(([kind, list]) => [kind, Array.isArray(list) ? list.map((activity) => map(activity as Activity)) : list]));
    }
    return value;
  });
}

/** Communication 2.1.3, `canonical`: one language of each map, the reader's first. */
function withOneLanguage(statement: Json, languages: readonly string[]): Json {
  const pick = (map: unknown): unknown => pickLanguage(map as LanguageMap, languages);
  const definitionOf = (definition: Json): Json => {
    const out: Json = { ...definition };
    for (const key of ['name', 'description']) if (out[key]) out[key] = pick(out[key]);
    for (const key of ['choices', 'scale', 'source', 'target', 'steps']) {
      const list = out[key];
      if (Array.isArray(list)) out[key] = list.map((one: Json) => (one['description'] ? { ...one, description: pick(one['description']) } : one));
    }
    return out;
  };
  const spoken = mapActivities(statement, (activity) => (activity.definition ? { ...activity, definition: definitionOf(activity.definition as Json) as ActivityDefinition } : activity));
  const done = mapParts(spoken, (key, value) => (key === 'verb' && value['display'] ? { ...value, display: pick(value['display']) } : value));
  if (!Array.isArray(done['attachments'])) return done;
  return {
    ...done,
    attachments: done['attachments'].map((one: Json) => ({ ...one, ...(one['display'] ? { display: pick(one['display']) } : {}), ...(one['description'] ? { description: pick(one['description']) } : {}) })),
  };
}

function pickLanguage(map: LanguageMap, languages: readonly string[]): LanguageMap {
  const tags = Object.keys(map);
  if (tags.length < 2) return map;
  for (const wanted of languages) {
    const primary = wanted.toLowerCase().split('-')[0];
    const found = tags.find((tag) => tag.toLowerCase() === wanted.toLowerCase()) ?? tags.find((tag) => tag.toLowerCase().split('-')[0] === primary);
    if (found) return { [found]: map[found]! };
  }
  return { [tags[0]!]: map[tags[0]!]! };
}

/** Tags of an Accept-Language header, the preferred first. */
export function acceptedLanguages(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const quality = /q=([\d.]+)/.exec(rest.join(';'))?.[1];
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => tag !== '' && tag !== '*' && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}
