import { pickText, type ScormUnit } from '@lectern/core';
import { lomOf } from './lom.js';
import type { ManifestParts } from './manifest-parts.js';
import type { Launch, PlanNode } from './plan.js';
import { fileElements, schemaLocation } from './manifest-parts.js';
import { scormSequencing } from './scorm-sequencing.js';
import { el, type XmlNode } from './xml.js';

const NS_12 = {
  xmlns: 'http://www.imsproject.org/xsd/imscp_rootv1p1p2',
  'xmlns:adlcp': 'http://www.adlnet.org/xsd/adlcp_rootv1p2',
  'xmlns:imsmd': 'http://www.imsglobal.org/xsd/imsmd_rootv1p2p1',
};

const NS_2004 = {
  xmlns: 'http://www.imsglobal.org/xsd/imscp_v1p1',
  'xmlns:adlcp': 'http://www.adlnet.org/xsd/adlcp_v1p3',
  'xmlns:adlseq': 'http://www.adlnet.org/xsd/adlseq_v1p3',
  'xmlns:adlnav': 'http://www.adlnet.org/xsd/adlnav_v1p3',
  'xmlns:imsss': 'http://www.imsglobal.org/xsd/imsss',
};

/** `imsmanifest.xml` of SCORM 1.2 (CAM 1.2 2.3) or 2004, 3rd or 4th Edition (CAM 3.4). */
export function scormManifest(parts: ManifestParts): XmlNode {
  const { as, course, plan, schemas } = parts;
  const old = as === 'scorm12';
  const namespaces = old ? NS_12 : NS_2004;
  const version = { scorm12: '1.2', 'scorm2004-3': '2004 3rd Edition', 'scorm2004-4': '2004 4th Edition' }[as as 'scorm12'];
  const organization = 'organization';
  return el(
    'manifest',
    { identifier: parts.identifier, version: '1.0', ...namespaces, ...schemaLocation(namespaces, schemas) },
    el('metadata', {}, el('schema', {}, 'ADL SCORM'), el('schemaversion', {}, version), lomOf(course, old ? 'ims-1.2.1' : 'ieee')),
    el(
      'organizations',
      { default: organization },
      el(
        'organization',
        { identifier: organization, ...(old ? {} : { 'adlseq:objectivesGlobalToSystem': 'false' }) },
        el('title', {}, pickText(course.title, course.language ? [course.language] : [])),
        plan.nodes.map((node) => item(node, parts)),
        old ? undefined : scormSequencing({ course, split: plan.split }),
      ),
    ),
    el(
      'resources',
      {},
      plan.launches.map((launch) => resource(launch, parts)),
      sharedResources(parts),
    ),
  );
}

function item(node: PlanNode, parts: ManifestParts): XmlNode {
  const { course, plan, as } = parts;
  const old = as === 'scorm12';
  if (node.type === 'group') {
    return el(
      'item',
      { identifier: node.identifier, isvisible: 'true' },
      el('title', {}, node.title),
      node.children.map((child) => item(child, parts)),
      old ? undefined : scormSequencing({ course, split: plan.split, node }),
    );
  }
  const sco = node.native && node.unit?.kind === 'scorm' ? node.unit : undefined;
  return el(
    'item',
    { identifier: node.identifier, identifierref: resourceId(node), isvisible: 'true' },
    el('title', {}, node.title),
    old ? delivery12(node, sco) : delivery2004(sco, as),
    old ? undefined : scormSequencing({ course, split: plan.split, node }),
  );
}

/** In the order of CAM 1.2 2.3.2.5.2. The mastery score is one of 100. */
function delivery12({ masteryScore }: Launch, sco: ScormUnit | undefined): XmlNode[] {
  const mastery = sco?.masteryScoreRaw ?? (masteryScore === undefined ? undefined : Math.round(masteryScore * 1e4) / 100);
  return [
    ...(sco?.prerequisites === undefined ? [] : [el('adlcp:prerequisites', { type: 'aicc_script' }, sco.prerequisites)]),
    ...(sco?.maxTimeAllowed === undefined ? [] : [el('adlcp:maxtimeallowed', {}, timespan(sco.maxTimeAllowed))]),
    ...(sco?.timeLimitAction === undefined ? [] : [el('adlcp:timelimitaction', {}, sco.timeLimitAction)]),
    ...(sco?.launchData === undefined ? [] : [el('adlcp:datafromlms', {}, sco.launchData)]),
    ...(mastery === undefined ? [] : [el('adlcp:masteryscore', {}, String(mastery))]),
  ];
}

/** CMITimespan (RTE 1.2 3.4.3). */
function timespan(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${String(Math.floor(seconds / 3600)).padStart(4, '0')}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}

/** CAM 2004 3.4.1.10 and 3.4.1.13; the threshold is text in the 3rd Edition, attributes in the 4th. */
function delivery2004(sco: ScormUnit | undefined, as: string): XmlNode[] {
  const threshold = sco?.completionThreshold;
  return [
    ...(sco?.timeLimitAction === undefined ? [] : [el('adlcp:timeLimitAction', {}, sco.timeLimitAction)]),
    ...(sco?.launchData === undefined ? [] : [el('adlcp:dataFromLMS', {}, sco.launchData)]),
    ...(threshold === undefined
      ? []
      : [as === 'scorm2004-4' ? el('adlcp:completionThreshold', { completedByMeasure: 'true', minProgressMeasure: threshold }) : el('adlcp:completionThreshold', {}, String(threshold))]),
  ];
}

const resourceId = ({ identifier }: Launch): string => `resource-${identifier}`;
const PLAYER = 'resource-player';
const CONTENT = 'resource-content';

function resource(launch: Launch, { as, plan, playerPaths, contentPaths }: ManifestParts): XmlNode {
  const page = launch.page === undefined ? [] : [launch.page];
  const needs = [...(launch.native || playerPaths.length === 0 ? [] : [PLAYER]), ...(plan.shared.length === 0 ? [] : [CONTENT])];
  const inPackage = launch.native ? contentPaths.has(decodedPath(launch.href)) : true;
  return el(
    'resource',
    { identifier: resourceId(launch), type: 'webcontent', [as === 'scorm12' ? 'adlcp:scormtype' : 'adlcp:scormType']: 'sco', href: launch.href },
    fileElements([...page, ...launch.files]),
    launch.native && inPackage ? el('file', { href: launch.href.replace(/[?#].*$/, '') }) : undefined,
    needs.map((identifierref) => el('dependency', { identifierref })),
  );
}

const decodedPath = (href: string): string => {
  const path = href.replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

function sharedResources({ as, plan, playerPaths }: ManifestParts): XmlNode[] {
  const asset = (identifier: string, paths: readonly string[]): XmlNode[] =>
    paths.length === 0 ? [] : [el('resource', { identifier, type: 'webcontent', [as === 'scorm12' ? 'adlcp:scormtype' : 'adlcp:scormType']: 'asset' }, fileElements(paths))];
  return [...asset(PLAYER, playerPaths), ...asset(CONTENT, plan.shared)];
}

