import type { XmlLimits } from './limits.js';
import { PackageError } from './package-error.js';

/**
 * Bytes to text by byte order mark, else by the encoding the XML declaration names: older Chinese packages are in GB2312.
 * @throws PackageError `malformed-xml` where the bytes are not in that encoding
 */
export function decodeXml(source: Uint8Array | string, file?: string): string {
  if (typeof source === 'string') return source.replace(/^\uFEFF/, '');
  const label = markOf(source) ?? declaredEncoding(source) ?? 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true }).decode(source).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new PackageError('malformed-xml', `The XML is not in the encoding it declares (${label}).`, {
      ...(file === undefined ? {} : { file }),
      field: 'encoding',
      cause,
    });
  }
}

function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be';
  return undefined;
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const label = /^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']/.exec(head)?.[1]?.toLowerCase();
  // A document that says UTF-16 but whose declaration reads as ASCII is not UTF-16.
  return label?.startsWith('utf-16') || label?.startsWith('ucs') ? 'utf-8' : label;
}

/**
 * One pass over the markup before any parser: what is refused here costs nothing. Comments, CDATA sections and quoted
 * values are skipped, so a `<!DOCTYPE` in words is none.
 */
export function scanXml(text: string, limits: XmlLimits, file?: string): void {
  const refuse = (code: 'doctype' | 'xml-too-deep' | 'xml-too-large' | 'malformed-xml', message: string, at: number): never => {
    throw new PackageError(code, message, { ...(file === undefined ? {} : { file }), field: `line ${lineAt(text, at)}` });
  };
  const skip = (end: string, from: number): number => {
    const found = text.indexOf(end, from);
    if (found < 0) refuse('malformed-xml', `The XML is not well-formed: "${end}" is missing.`, from);
    return found + end.length;
  };
  let depth = 0;
  let elements = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) at = skip('-->', at + 4);
    else if (text.startsWith('<![CDATA[', at)) at = skip(']]>', at + 9);
    else if (text.startsWith('<?', at)) at = skip('?>', at + 2);
    else if (text.startsWith('<!', at)) refuse('doctype', 'The XML has a document type declaration or an entity; none is read.', at);
    else if (text.startsWith('</', at)) {
      depth -= 1;
      at = skip('>', at + 2);
    } else {
      const tag = scanTag(text, at);
      if (tag.end < 0) refuse('malformed-xml', 'The XML is not well-formed: a tag does not end.', at);
      if (tag.attributes > limits.attributes) refuse('xml-too-large', `An element has more than ${limits.attributes} attributes.`, at);
      elements += 1;
      if (elements > limits.elements) refuse('xml-too-large', `The XML has more than ${limits.elements} elements.`, at);
      if (!tag.empty) depth += 1;
      if (depth > limits.depth) refuse('xml-too-deep', `The XML nests deeper than ${limits.depth} elements.`, at);
      at = tag.end;
    }
  }
}

function scanTag(text: string, start: number): { end: number; empty: boolean; attributes: number } {
  let attributes = 0;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "'") {
      attributes += 1;
      at = text.indexOf(char, at + 1);
      if (at < 0) break;
    } else if (char === '>') {
      return { end: at + 1, empty: text[at - 1] === '/', attributes };
    }
  }
  return { end: -1, empty: false, attributes };
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let found = text.indexOf('\n'); found >= 0 && found < at; found = text.indexOf('\n', found + 1)) line += 1;
  return line;
}
