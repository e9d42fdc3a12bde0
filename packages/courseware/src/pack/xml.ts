/** An element to be written. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlNode | string)[];
}

type Attributes = Readonly<Record<string, string | number | undefined>>;
type Child = XmlNode | string | undefined | readonly (XmlNode | undefined)[];

/** An element; attributes and children that are `undefined` are left out. */
export function el(name: string, attributes: Attributes = {}, ...children: readonly Child[]): XmlNode {
  return {
    name,
    attributes: Object.fromEntries(Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))),
    children: children.flatMap((child) => (child === undefined ? [] : Array.isArray(child) ? child.filter((one: XmlNode | undefined) => one !== undefined) : [child as XmlNode | string])),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as XML and HTML take it. What XML 1.0 2.2 cannot hold (control characters, lone surrogates) becomes a question mark; so does U+FFFD, which some readers take for a wrong encoding. */
export const escapeXml = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd-\uffff]|\p{Surrogate}/gu, '?')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** In attributes line breaks are escaped, since readers make spaces of them (XML 1.0 3.3.3). */
const escapeAttribute = (text: string): string => escapeXml(text).replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** An XML document, indented. */
export function writeXml(root: XmlNode): Uint8Array {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  print(root, '', lines);
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

/** Courses nest no deeper than `parseCourse` takes them, so recursion is safe. */
function print({ name, attributes, children }: XmlNode, indent: string, lines: string[]): void {
  const open = `${indent}<${name}${Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`).join('')}`;
  if (children.length === 0) lines.push(`${open}/>`);
  else if (children.every((child) => typeof child === 'string')) lines.push(`${open}>${escapeXml(children.join('')).replace(/\r/g, '&#13;')}</${name}>`);
  else {
    lines.push(`${open}>`);
    for (const child of children) if (typeof child !== 'string') print(child, `${indent}  `, lines);
    lines.push(`${indent}</${name}>`);
  }
}
