import { lomOf } from './lom.js';
import { fileElements, type ManifestParts } from './manifest-parts.js';
import type { Launch, PlanNode } from './plan.js';
import { pathOf } from './unit-urls.js';
import { el, type XmlNode } from './xml.js';

const PLAYER = 'resource-player';
const CONTENT = 'resource-content';

/**
 * `imsmanifest.xml` of IMS Common Cartridge 1.1: pages as they are, web links as such, other units as web content in the player's pages. Hosts keep no record of either.
 * Schematron rules of the profile: the one item of the organization has no title, those below have; web links have no `href` of their own.
 */
export function cartridgeManifest(parts: ManifestParts): XmlNode {
  const { course, plan, playerPaths, identifier } = parts;
  return el(
    'manifest',
    {
      identifier,
      xmlns: 'http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1',
      'xmlns:lomimscc': 'http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest',
    },
    el('metadata', {}, el('schema', {}, 'IMS Common Cartridge'), el('schemaversion', {}, '1.1.0'), lomOf(course, 'cc-1.1')),
    el('organizations', {}, el('organization', { identifier: 'organization', structure: 'rooted-hierarchy' }, el('item', { identifier: 'root' }, plan.nodes.map(item)))),
    el(
      'resources',
      {},
      plan.launches.map((launch) => (linkPath(launch, plan.folder) === undefined ? page(launch, parts) : webLink(launch, plan.folder))),
      ...[[PLAYER, playerPaths] as const, [CONTENT, plan.shared] as const].map(([id, paths]) =>
        paths.length === 0 ? undefined : el('resource', { identifier: id, type: 'webcontent' }, fileElements(paths)),
      ),
    ),
  );
}

function item(node: PlanNode): XmlNode {
  const title = el('title', {}, node.title);
  return node.type === 'group'
    ? el('item', { identifier: node.identifier }, title, node.children.map(item))
    : el('item', { identifier: node.identifier, identifierref: `resource-${node.identifier}` }, title);
}

function page(launch: Launch, { plan, playerPaths }: ManifestParts): XmlNode {
  const needs = [...(launch.page !== undefined && playerPaths.length ? [PLAYER] : []), ...(plan.shared.length ? [CONTENT] : [])];
  return el(
    'resource',
    { identifier: `resource-${launch.identifier}`, type: 'webcontent', href: launch.href },
    fileElements([launch.page ?? pathOf(launch.href)!, ...launch.files]),
    needs.map((identifierref) => el('dependency', { identifierref })),
  );
}

const webLink = (launch: Launch, folder: string): XmlNode =>
  el('resource', { identifier: `resource-${launch.identifier}`, type: 'imswl_xmlv1p1' }, el('file', { href: linkPath(launch, folder)! }));

/** Where the description of a web link is, if the launch is one. */
export const linkPath = ({ native, identifier, unit }: Launch, folder: string): string | undefined => (native && unit?.kind === 'link' ? `${folder}/links/${identifier}.xml` : undefined);

/** IMS Web Link 1.1. */
export const webLinkXml = ({ title, href }: Launch): XmlNode =>
  el('webLink', { xmlns: 'http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1' }, el('title', {}, title), el('url', { href, target: '_blank' }));
