import type { Text, XapiUnit } from '@lectern/core';
import type { ManifestOptions, ReadManifest } from '../package/manifest.js';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { ReferenceResolver } from '../package/references.js';
import { isAbsoluteUrl } from '../course/safe-url.js';
import type { XmlElement } from '../package/xml-element.js';
import { UnitIds } from '../package/unit-ids.js';

/**
 * Reads a `tincan.xml`: each activity with a `launch` is a unit under its own activity id, the others describe parts of one.
 * @throws PackageError `wrong-standard`, `identifier-missing`, `identifier-duplicate`, `no-launchable-item`, `relative-url`,
 * `file-missing`, `path-traversal`, `unsafe-url`
 */
export function readTincan(root: XmlElement, options: ManifestOptions): ReadManifest {
  const file = options.file ?? 'tincan.xml';
  const warnings: PackageWarning[] = [];
  if (root.name !== 'tincan') {
    throw new PackageError('wrong-standard', `The file's root is <${root.name}>; a Tin Can package has <tincan>.`, { file, field: root.name });
  }
  const resolver = new ReferenceResolver(options.files, (warning) => void warnings.push(warning));
  const ids = new UnitIds();
  const seen = new Set<string>();
  const activities = root.child('activities')?.childrenNamed('activity') ?? [];
  const units = activities.flatMap((activity): XapiUnit[] => {
    const activityId = activity.attribute('id');
    if (!activityId) throw new PackageError('identifier-missing', 'An activity has no id.', { file, field: activity.attributePath('id') });
    if (seen.has(activityId)) throw new PackageError('identifier-duplicate', `The activity id "${activityId}" is used twice.`, { file, field: activity.attributePath('id') });
    seen.add(activityId);
    const launch = activity.child('launch');
    const url = launch?.text.trim();
    if (!launch || !url) return [];
    if (!options.files && !isAbsoluteUrl(url)) {
      throw new PackageError('relative-url', `"${url.slice(0, 200)}" is relative, but the manifest came without a package.`, { file, field: launch.path });
    }
    const description = readText(activity, 'description');
    return [
      {
        type: 'unit',
        kind: 'xapi',
        id: ids.take(activityId, 'activity'),
        activityId,
        title: readText(activity, 'name') ?? activityId,
        url: resolver.resolve(url, { file, field: launch.path }),
        moveOn: 'CompletedOrPassed',
        ...(description ? { description } : {}),
      },
    ];
  });
  const [first] = units;
  if (!first) throw new PackageError('no-launchable-item', 'No activity has a <launch>, so there is nothing to start.', { file, field: 'activities' });
  return { course: { id: options.id, title: first.title, format: 'xapi', children: units }, warnings };
}

function readText(activity: XmlElement, name: string): Text | undefined {
  const elements = activity.childrenNamed(name).filter(({ text }) => text.trim() !== '');
  const [first] = elements;
  if (!first) return undefined;
  if (elements.length === 1 && !first.attribute('lang')) return first.text.trim();
  return Object.fromEntries(elements.map((element) => [element.attribute('lang') || 'und', element.text.trim()]));
}
