import { zipSync, strToU8, type Zippable } from 'fflate';

/** Packages made for tests. */
export function makeZip(files: Readonly<Record<string, string | Uint8Array>>, extra: Zippable = {}): Uint8Array {
  const entries: Zippable = {};
  for (const [path, content] of Object.entries(files)) entries[path] = typeof content === 'string' ? strToU8(content) : content;
  return zipSync({ ...entries, ...extra });
}

export const scorm12 = (items: string, resources: string, attributes = ''): string => `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" ${attributes}>
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>Course</title>${items}</organization></organizations>
  <resources>${resources}</resources>
</manifest>`;

export const sco = (identifier: string, href: string, attributes = ''): string =>
  `<resource identifier="${identifier}" type="webcontent" adlcp:scormtype="sco" href="${href}" ${attributes}/>`;

export const ID = 'https://lms.example/courses/1';

/** Finds every occurrence of a text's bytes. */
export function replaceBytes(bytes: Uint8Array, from: string | readonly number[], to: readonly number[]): Uint8Array {
  const wanted = typeof from === 'string' ? [...strToU8(from)] : [...from];
  const out = bytes.slice();
  for (let at = 0; at + wanted.length <= out.length; at++) {
    if (wanted.every((byte, index) => out[at + index] === byte)) out.set(to, at);
  }
  return out;
}
