import { isLaunchedUnit, listUnits, pickText, type Course, type CourseNode, type Unit } from '@lectern/core';
import { isAbsoluteUrl } from '../course/safe-url.js';
import { PackageError } from '../package/package-error.js';
import { Identifiers } from './identifiers.js';
import type { PackOptions, PackSplit, PackTarget } from './pack-options.js';
import { pathOf, urlsOf } from './unit-urls.js';

/** Something that an LMS starts. */
export interface Launch {
  readonly type: 'launch';
  readonly identifier: string;
  /** Absent: the whole course. */
  readonly unit?: Unit;
  readonly title: string;
  /** The unit's own page is started, as it speaks the package's standard itself; else a page of the player's. */
  readonly native: boolean;
  /** Relative to the package's root, percent-encoded. */
  readonly href: string;
  /** The launch page's path in the package. Absent for what is native. */
  readonly page?: string;
  /** Paths of files that no other launch needs. */
  readonly files: readonly string[];
  readonly masteryScore?: number;
}

export interface Group {
  readonly type: 'group';
  readonly identifier: string;
  readonly block: Extract<CourseNode, { type: 'block' }>;
  readonly title: string;
  readonly children: readonly PlanNode[];
}

export type PlanNode = Launch | Group;

/** How a course is laid out in a package. */
export interface Plan {
  readonly split: PackSplit;
  readonly nodes: readonly PlanNode[];
  readonly launches: readonly Launch[];
  /** The player's folder, without a slash. */
  readonly folder: string;
  /** Content that several launches may need. */
  readonly shared: readonly string[];
}

/** The kind of unit that is started as itself. */
const NATIVE: Readonly<Record<PackTarget, (unit: Unit) => boolean>> = {
  scorm12: (unit) => unit.kind === 'scorm' && unit.version === '1.2',
  'scorm2004-3': (unit) => unit.kind === 'scorm' && unit.version === '2004',
  'scorm2004-4': (unit) => unit.kind === 'scorm' && unit.version === '2004',
  cmi5: (unit) => unit.kind === 'cmi5',
  xapi: (unit) => unit.kind === 'xapi',
  // Hosts keep no record of a cartridge's pages, and some make pages of their own of them, which Lectern's would not survive. Importers read names as they stand.
  cc: (unit) => unit.kind === 'link' || (unit.kind === 'lti' && unit.targetLinkUri !== undefined) || (unit.kind === 'html' && /^[\w./-]+$/.test(unit.href) && !isAbsoluteUrl(unit.href)),
};

/**
 * @param paths of the content
 * @throws PackageError `no-launchable-item`, `unit-unpackable`
 */
export function planPackage(course: Course, paths: readonly string[], options: Pick<PackOptions, 'as' | 'split' | 'masteryScore'>): Plan {
  const { as } = options;
  const units = listUnits(course);
  if (units.length === 0) throw new PackageError('no-launchable-item', 'The course has no unit.', { field: 'children' });
  const isNative = NATIVE[as];
  const split = options.split ?? (as === 'cc' || units.every(isNative) ? 'multi' : 'single');
  for (const unit of units) checkUnit(unit, as, split === 'multi' && isNative(unit));
  const folder = freeFolder(paths);
  const identifiers = new Identifiers();
  const known = new Set(paths);
  const language = course.language ? [course.language] : [];

  if (split === 'single') {
    const [only, another] = units;
    const masteryScore = options.masteryScore ?? (only && !another ? only.masteryScore : undefined);
    const page = `${folder}/index.html`;
    const launch: Launch = {
      type: 'launch', identifier: identifiers.take('course', 'course'), title: pickText(course.title, language), native: false, page, href: page, files: [],
      ...(masteryScore === undefined ? {} : { masteryScore }),
    };
    return { split, nodes: [launch], launches: [launch], folder, shared: paths };
  }

  const claimed = claim(units, known);
  const launches: Launch[] = [];
  const toNode = (node: CourseNode): PlanNode[] => {
    const title = pickText(node.title, language);
    if (node.type === 'block') {
      const children = node.children.flatMap(toNode);
      // A group with nothing to start is a fault in most standards.
      return children.length === 0 ? [] : [{ type: 'group', identifier: identifiers.take('block', node.id), block: node, title, children }];
    }
    const identifier = identifiers.take('unit', node.id);
    const native = isNative(node);
    const page = `${folder}/units/${identifier}.html`;
    const launch: Launch = {
      type: 'launch', identifier, unit: node, title, native,
      ...(native ? { href: node.kind === 'lti' ? node.targetLinkUri! : urlsOf(node)[0]!.url } : { page, href: page }),
      files: claimed.get(node.id) ?? [],
      ...(node.masteryScore === undefined ? {} : { masteryScore: node.masteryScore }),
    };
    launches.push(launch);
    return [launch];
  };
  const nodes = course.children.flatMap(toNode);
  const own = new Set([...claimed.values()].flat());
  return { split, nodes, launches, folder, shared: paths.filter((path) => !own.has(path)) };
}

function checkUnit(unit: Unit, as: PackTarget, native: boolean): void {
  if (native || !isLaunchedUnit(unit)) return;
  if (unit.kind === 'lti') {
    const advice =
      as !== 'cc'
        ? 'Dispatch the course (lectern dispatch), so that your server launches the tool; or pack it without this unit, and add the tool to the LMS itself'
        : unit.targetLinkUri === undefined
          ? 'A cartridge can carry it as an LTI link: give the unit its "targetLinkUri"'
          : 'A cartridge carries it as an LTI link where each unit stands for itself (split "multi")';
    throw new PackageError('unit-unpackable', `"${unit.id}" is an LTI tool's: a server has to launch it, which has the tool registered and signs for the learner, and a package has none. ${advice}.`, { field: `${unit.id}.kind`, clause: 'LTI 1.3, 5.1' });
  }
  const standard = unit.kind === 'cmi5' ? 'a cmi5 AU' : 'a Tin Can activity';
  const advice = as === unit.kind ? 'pack each unit for itself (split "multi")' : `pack the course as ${unit.kind}, or dispatch it`;
  throw new PackageError('unit-unpackable', `"${unit.id}" is ${standard}: a server has to launch it, and a package has none. Either ${advice}.`, { field: `${unit.id}.kind`, ...(unit.kind === 'cmi5' ? { clause: 'cmi5 8.0' } : {}) });
}

/** Files that one unit names and no other does: of media and documents alone, since whatever else a page needs cannot be known. */
function claim(units: readonly Unit[], known: ReadonlySet<string>): ReadonlyMap<string, string[]> {
  const owners = new Map<string, Set<string>>();
  for (const unit of units) {
    for (const { url } of urlsOf(unit)) {
      const path = pathOf(url);
      if (path === undefined || !known.has(path)) continue;
      const own = unit.kind === 'video' || unit.kind === 'document' ? unit.id : '';
      owners.set(path, (owners.get(path) ?? new Set()).add(own));
    }
  }
  const claimed = new Map<string, string[]>();
  for (const [path, [owner, another]] of [...owners].map(([path, set]) => [path, [...set]] as const)) {
    if (owner === undefined || owner === '' || another !== undefined || isDescription(path)) continue;
    claimed.set(owner, [...(claimed.get(owner) ?? []), path]);
  }
  return claimed;
}

/** What leads to further files: an HLS playlist, Markdown with pictures. */
const isDescription = (path: string): boolean => /\.(m3u8|mpd|md|svg)$/i.test(path);

/** A name that no content has. */
function freeFolder(paths: readonly string[]): string {
  const taken = new Set(paths.map((path) => path.split('/')[0]!.toLowerCase()));
  let folder = 'lectern';
  for (let count = 2; taken.has(folder); count++) folder = `lectern-${count}`;
  return folder;
}
