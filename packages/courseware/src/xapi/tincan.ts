import type { Activity, HtmlUnit, LinkUnit, Text, Unit, XapiUnit } from '@lectern/core';
import { isAbsoluteUrl } from '../course/safe-url.js';
import type { ManifestOptions, ReadManifest } from '../package/manifest.js';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { ReferenceResolver } from '../package/references.js';
import { UnitIds } from '../package/unit-ids.js';
import type { XmlElement } from '../package/xml-element.js';

interface Reading {
  readonly options: ManifestOptions;
  readonly file: string;
  readonly resolver: ReferenceResolver;
  readonly ids: UnitIds;
  readonly warnings: PackageWarning[];
}

/**
 * Reads a `tincan.xml`: each activity with a `launch` is a unit under its own activity id, one with a `resource` is something to read or to
 * open, and what all of them are called and are goes into `definitions`, for the record store.
 * @throws PackageError `wrong-standard`, `identifier-missing`, `identifier-duplicate`, `value-invalid`, `no-launchable-item`,
 * `relative-url`, `file-missing`, `path-traversal`, `unsafe-url`
 */
export function readTincan(root: XmlElement, options: ManifestOptions): ReadManifest {
  const file = options.file ?? 'tincan.xml';
  const warnings: PackageWarning[] = [];
  if (root.name !== 'tincan') {
    throw new PackageError('wrong-standard', `The file's root is <${root.name}>; a Tin Can package has <tincan>.`, { file, field: root.name });
  }
  const reading: Reading = { options, file, resolver: new ReferenceResolver(options.files, (warning) => void warnings.push(warning)), ids: new UnitIds(), warnings };
  const seen = new Set<string>();
  // Groups of activities, each with its provider, are allowed: all of them are of the package.
  const activities = root.childrenNamed('activities').flatMap((group) => group.childrenNamed('activity'));
  const read = activities.map((activity) => {
    const activityId = activity.attribute('id');
    const place = { file, field: activity.attributePath('id') };
    if (!activityId) throw new PackageError('identifier-missing', 'An activity has no id.', place);
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(activityId)) throw new PackageError('value-invalid', `The activity id "${activityId.slice(0, 200)}" is not an absolute IRI.`, place);
    if (seen.has(activityId)) throw new PackageError('identifier-duplicate', `The activity id "${activityId.slice(0, 200)}" is used twice.`, place);
    seen.add(activityId);
    return { unit: readUnit(activity, activityId, reading), definition: readDefinition(activity, activityId) };
  });
  const units = read.flatMap(({ unit }) => unit ?? []);
  const [first] = units;
  if (!first) throw new PackageError('no-launchable-item', 'No activity has a <launch> or a <resource>, so there is nothing to start.', { file, field: 'activities' });
  const definitions = read.flatMap(({ definition }) => definition ?? []);
  const main = units.find(({ kind }) => kind === 'xapi') ?? first;
  return { course: { id: options.id, title: main.title, format: 'xapi', children: units }, warnings, definitions };
}

function readUnit(activity: XmlElement, activityId: string, reading: Reading): Unit | undefined {
  const description = readText(activity, 'description');
  const common = { type: 'unit', activityId, title: readText(activity, 'name') ?? activityId, ...(description ? { description } : {}) } as const;
  const id = (): string => reading.ids.take(activityId, 'activity');
  const launch = readReference(activity, 'launch', reading);
  if (launch !== undefined) return { ...common, id: id(), kind: 'xapi', url: launch, moveOn: 'CompletedOrPassed' } satisfies XapiUnit;
  const resource = readReference(activity, 'resource', reading);
  if (resource === undefined) return undefined;
  if (isAbsoluteUrl(resource)) return { ...common, id: id(), kind: 'link', href: resource, moveOn: 'Completed' } satisfies LinkUnit;
  return { ...common, id: id(), kind: 'html', href: resource, completion: { policy: 'visited' }, moveOn: 'Completed' } satisfies HtmlUnit;
}

/** `launch` or `resource`, perhaps one a language: the first counts. */
function readReference(activity: XmlElement, name: string, { options, file, resolver, warnings }: Reading): string | undefined {
  const elements = activity.childrenNamed(name).filter(({ text }) => text.trim() !== '');
  const [first, ...others] = elements;
  if (!first) return undefined;
  const url = first.text.trim();
  if (!options.files && !isAbsoluteUrl(url)) {
    throw new PackageError('relative-url', `"${url.slice(0, 200)}" is relative, but the manifest came without a package.`, { file, field: first.path });
  }
  if (others.some(({ text }) => text.trim() !== url)) {
    warnings.push({ code: 'value-ignored', message: `The activity has a <${name}> for several languages; the first is used.`, file, field: first.path });
  }
  return resolver.resolve(url, { file, field: first.path });
}

/** What a report calls the activity (xAPI Data 2.4.4.1). */
function readDefinition(activity: XmlElement, id: string): Activity | undefined {
  const type = activity.attribute('type');
  const name = languageMap(readText(activity, 'name'));
  const description = languageMap(readText(activity, 'description'));
  const definition = { ...(type && /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(type) ? { type } : {}), ...(name ? { name } : {}), ...(description ? { description } : {}) };
  return Object.keys(definition).length > 0 ? { objectType: 'Activity', id, definition } : undefined;
}

const languageMap = (text: Text | undefined): Readonly<Record<string, string>> | undefined => (typeof text === 'string' ? { und: text } : text);

function readText(activity: XmlElement, name: string): Text | undefined {
  const elements = activity.childrenNamed(name).filter(({ text }) => text.trim() !== '');
  const [first] = elements;
  if (!first) return undefined;
  if (elements.length === 1 && !first.attribute('lang')) return first.text.trim();
  return Object.fromEntries(elements.map((element) => [element.attribute('lang') || 'und', element.text.trim()]));
}
