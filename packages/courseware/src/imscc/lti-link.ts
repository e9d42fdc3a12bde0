import type { LtiUnit } from '@lectern/core';
import { isAbsoluteUrl } from '../course/safe-url.js';
import { PackageError } from '../package/package-error.js';
import { checkUrl } from '../package/references.js';
import { parseXml } from '../package/xml.js';
import type { XmlElement } from '../package/xml-element.js';

/** What `course.json` takes, see course-schema.ts. */
const MAX_PARAMETERS = 100;
const MAX_NAME = 255;
const MAX_VALUE = 4_000;
const MAX_URL = 2_048;

export interface LtiLink extends Pick<LtiUnit, 'custom'> {
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** Absolute, http or https. */
  readonly targetLinkUri: string;
}

/**
 * Reads a cartridge's LTI link (`imsbasiclti_xmlv1p0` to `v1p3`; Common Cartridge 1.3, 4.6.6): `<cartridge_basiclti_link>` with the tool's address and the
 * custom parameters. The https address counts where both are there. Extensions are other platforms' own.
 * @throws PackageError `wrong-standard`, `element-missing`, `unsafe-url`, `relative-url`, `value-invalid`, and what XML may be refused for
 */
export async function readLtiLink(bytes: Uint8Array, file: string): Promise<LtiLink> {
  const root = await parseXml(bytes, { file });
  if (!/basiclti_link$/i.test(root.name)) {
    throw new PackageError('wrong-standard', `The file's root is <${root.name}>; an LTI link has <cartridge_basiclti_link>.`, { file, field: root.name });
  }
  const address = ['secure_launch_url', 'launch_url'].map((name) => root.child(name)).find((element) => element?.text.trim());
  if (!address) throw new PackageError('element-missing', 'The LTI link has no address.', { file, field: 'launch_url', clause: 'Common Cartridge 1.3, 4.6.6' });
  const href = address.text.trim();
  const place = { file, field: address.path };
  if (href.length > MAX_URL) throw new PackageError('value-invalid', `The address has more than ${MAX_URL} characters.`, place);
  checkUrl(href, place);
  if (!isAbsoluteUrl(href) || !URL.canParse(href)) throw new PackageError('relative-url', `"${href.slice(0, 200)}" is no absolute address.`, place);
  const custom = readCustom(root.child('custom'), file);
  return {
    title: root.textOf('title') || undefined,
    description: root.textOf('description')?.slice(0, MAX_VALUE) || undefined,
    targetLinkUri: new URL(href).href,
    ...(Object.keys(custom).length === 0 ? {} : { custom }),
  };
}

/** The last of a name counts, as it does where the link was made. */
function readCustom(element: XmlElement | undefined, file: string): Record<string, string> {
  const custom = Object.create(null) as Record<string, string>;
  for (const property of element?.childrenNamed('property') ?? []) {
    const name = property.attribute('name');
    const field = property.attributePath('name');
    if (!name) throw new PackageError('value-invalid', 'A custom parameter has no name.', { file, field });
    if (name.length > MAX_NAME || property.text.length > MAX_VALUE) {
      throw new PackageError('value-invalid', `A custom parameter has more than ${MAX_NAME} characters in its name, or ${MAX_VALUE} in its value.`, { file, field });
    }
    custom[name] = property.text.trim();
  }
  if (Object.keys(custom).length > MAX_PARAMETERS) throw new PackageError('value-invalid', `The link has more than ${MAX_PARAMETERS} custom parameters.`, { file, field: element!.path });
  return { ...custom };
}
