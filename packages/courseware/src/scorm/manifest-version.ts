import { PackageError, type PackageWarning } from '../package/package-error.js';
import type { XmlElement } from '../package/xml-element.js';

export type ScormVersion = '1.2' | '2004';

/**
 * Which SCORM a manifest is written in: by its `schemaversion` (CAM 1.2 2.3, CAM 2004 3.4.1), else by its namespaces.
 * @throws PackageError `wrong-standard`
 */
export function scormVersionOf(root: XmlElement, file: string, warn: (warning: PackageWarning) => void): ScormVersion {
  if (root.name !== 'manifest') {
    throw new PackageError('wrong-standard', `The file's root is <${root.name}>; a content package has <manifest>.`, { file, field: root.name });
  }
  const metadata = root.child('metadata');
  const schema = metadata?.textOf('schema') ?? '';
  const version = metadata?.textOf('schemaversion') ?? '';
  if (/common cartridge|thin cc/i.test(schema) || /imscc/i.test(root.namespace)) {
    throw new PackageError('wrong-standard', 'This is an IMS Common Cartridge, not a SCORM package.', { file, field: 'metadata/schema' });
  }
  if (/qti/i.test(schema)) {
    throw new PackageError('wrong-standard', 'This is a QTI test package, not a SCORM package.', { file, field: 'metadata/schema' });
  }
  if (/^1\.2$|^1\.1/.test(version)) return '1.2';
  if (/2004|CAM 1\.3|^1\.3$/i.test(version)) return '2004';
  if (/scorm/i.test(schema) && version !== '') {
    throw new PackageError('wrong-standard', `SCORM "${version}" is not known: 1.2 and 2004 are.`, { file, field: 'metadata/schemaversion' });
  }
  const guessed = byNamespace(root);
  warn({ code: 'standard-guessed', message: `The manifest does not say its SCORM version; it was read as ${guessed}.`, file, field: 'metadata/schemaversion' });
  return guessed;
}

function byNamespace(root: XmlElement): ScormVersion {
  const stack = [root];
  let modern = /imscp_v1p1/.test(root.namespace);
  for (let element = stack.pop(); element; element = stack.pop()) {
    if (/adlcp_rootv1p2|imscp_rootv1p1p2/.test(element.namespace)) return '1.2';
    for (const { namespace } of element.attributes) {
      if (/adlcp_rootv1p2/.test(namespace)) return '1.2';
      if (/adlcp_v1p3/.test(namespace)) modern = true;
    }
    stack.push(...element.children);
  }
  return modern ? '2004' : '1.2';
}
