import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateXML } from 'xmllint-wasm';
import { openZip } from '../package/zip.js';

/** Packages by others that carry their standard's official schemas; see CONTRIBUTING.md for where they lie. */
const FIXTURES = process.env['LECTERN_FIXTURES'] ?? join(import.meta.dirname, '../../../../../shared/fixtures');

interface SchemaSet {
  /** Below the fixtures. */
  readonly from: string;
  /** By namespace. */
  readonly imports: Readonly<Record<string, string>>;
}

const SCORM12: SchemaSet = {
  from: 'scorm12/OneFilePerSCO.zip',
  imports: {
    'http://www.imsproject.org/xsd/imscp_rootv1p1p2': 'imscp_rootv1p1p2.xsd',
    'http://www.adlnet.org/xsd/adlcp_rootv1p2': 'adlcp_rootv1p2.xsd',
    'http://www.imsglobal.org/xsd/imsmd_rootv1p2p1': 'imsmd_rootv1p2p1.xsd',
  },
};

const SCORM2004: SchemaSet = {
  from: 'scorm2004/RunTimeAdvancedCalls.zip',
  imports: {
    'http://www.imsglobal.org/xsd/imscp_v1p1': 'imscp_v1p1.xsd',
    'http://www.adlnet.org/xsd/adlcp_v1p3': 'adlcp_v1p3.xsd',
    'http://www.adlnet.org/xsd/adlseq_v1p3': 'adlseq_v1p3.xsd',
    'http://www.adlnet.org/xsd/adlnav_v1p3': 'adlnav_v1p3.xsd',
    'http://www.imsglobal.org/xsd/imsss': 'imsss_v1p0.xsd',
    'http://ltsc.ieee.org/xsd/LOM': 'lom.xsd',
  },
};

/** Judges manifests by the official schemas. @returns `undefined` where those are not there */
export async function openSchemas(standard: 'scorm12' | 'scorm2004'): Promise<((xml: string) => Promise<readonly string[]>) | undefined> {
  const { from, imports } = standard === 'scorm12' ? SCORM12 : SCORM2004;
  const at = join(FIXTURES, from);
  if (!existsSync(at)) return undefined;
  const zip = await openZip(readFileSync(at));
  const preload = await Promise.all(
    zip.files.filter(({ path }) => /\.(xsd|dtd)$/.test(path)).map(async ({ path }) => ({ fileName: flat(path), contents: flatten(path, new TextDecoder().decode(await zip.bytes(path))) })),
  );
  await zip.close();
  const all = Object.entries(imports).map(([namespace, file]) => `<xs:import namespace="${namespace}" schemaLocation="${file}"/>`);
  const schema = { fileName: 'all.xsd', contents: `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${all.join('')}</xs:schema>` };
  return async (xml) => {
    const { valid, errors } = await validateXML({ xml: { fileName: 'imsmanifest.xml', contents: xml }, schema, preload });
    return valid ? [] : errors.map(({ message }) => message);
  };
}

/** The validator's files lie in one folder. */
const flat = (path: string): string => path.replaceAll('/', '_');

function flatten(path: string, text: string): string {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
  // What libxml2 does not take in the schemas of SCORM 1.2: the namespace of `xml:` as a default, and places for anything else in the metadata that make it ambiguous.
  // Without those places they allow less.
  const strict = path === 'imsmd_rootv1p2p1.xsd' ? text.replace(/<xsd:group ref="grp\.any" ?\/>/g, '') : text;
  return strict.replace(/<xsd:schema xmlns="http:\/\/www\.w3\.org\/XML\/1998\/namespace"/, '<xsd:schema').replace(/(schemaLocation\s*=\s*")([^":]+)"/g, (_, start: string, target: string) => `${start}${flat(new URL(target, `http://x/${folder}`).pathname.slice(1))}"`);
}
