import { pickText, type LtiUnit } from '@lectern/core';
import { lomOf } from './lom.js';
import { fileElements, type ManifestParts } from './manifest-parts.js';
import type { Launch, PlanNode } from './plan.js';
import { pathOf } from './unit-urls.js';
import { el, type XmlNode } from './xml.js';

const PLAYER = 'resource-player';
const CONTENT = 'resource-content';

/**
 * `imsmanifest.xml` of IMS Common Cartridge 1.1: pages as they are, web links and LTI links as such, other units as web content in the player's pages. Hosts keep no record of either.
 * Schematron rules of the profile: the one item of the organization has no title, those below have; links have no `href` of their own.
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
      plan.launches.map((launch) => (linkPath(launch, plan.folder) === undefined ? page(launch, parts) : link(launch, plan.folder))),
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

const link = (launch: Launch, folder: string): XmlNode =>
  el('resource', { identifier: `resource-${launch.identifier}`, type: launch.unit?.kind === 'lti' ? 'imsbasiclti_xmlv1p0' : 'imswl_xmlv1p1' }, el('file', { href: linkPath(launch, folder)! }));

/** Where the description of a web link or an LTI link is, if the launch is one. */
export const linkPath = ({ native, identifier, unit }: Launch, folder: string): string | undefined =>
  native && (unit?.kind === 'link' || unit?.kind === 'lti') ? `${folder}/links/${identifier}.xml` : undefined;

export const linkXml = (launch: Launch): XmlNode => (launch.unit?.kind === 'lti' ? ltiLinkXml(launch, launch.unit) : webLinkXml(launch));

/** IMS Web Link 1.1. */
const webLinkXml = ({ title, href }: Launch): XmlNode =>
  el('webLink', { xmlns: 'http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1' }, el('title', {}, title), el('url', { href, target: '_blank' }));

/**
 * The LTI link of a cartridge 1.1 (`imsbasiclti_xmlv1p0`; later profiles have the same elements): the tool's address and its custom parameters. Whether the tool is launched by LTI 1.3 is for the host to say,
 * where it has the tool registered. Neither a mastery score nor what completes it has a place here.
 */
function ltiLinkXml({ title, href }: Launch, { description, custom = {} }: LtiUnit): XmlNode {
  const properties = Object.entries(custom).map(([name, value]) => el('lticm:property', { name }, value));
  return el(
    'cartridge_basiclti_link',
    {
      xmlns: 'http://www.imsglobal.org/xsd/imslticc_v1p0',
      'xmlns:blti': 'http://www.imsglobal.org/xsd/imsbasiclti_v1p0',
      'xmlns:lticm': 'http://www.imsglobal.org/xsd/imslticm_v1p0',
      'xmlns:lticp': 'http://www.imsglobal.org/xsd/imslticp_v1p0',
    },
    el('blti:title', {}, title),
    description === undefined ? undefined : el('blti:description', {}, pickText(description, [])),
    properties.length === 0 ? undefined : el('blti:custom', {}, properties),
    el('blti:launch_url', {}, href),
    href.startsWith('https:') ? el('blti:secure_launch_url', {}, href) : undefined,
    // The schema wants one.
    el('blti:vendor', {}, el('lticp:code', {}, new URL(href).hostname), el('lticp:name', {}, new URL(href).hostname)),
  );
}
