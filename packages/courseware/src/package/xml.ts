import { DEFAULT_XML_LIMITS, type XmlLimits } from './limits.js';
import { PackageError } from './package-error.js';
import { XmlElement, type XmlAttribute } from './xml-element.js';
import { decodeXml, scanXml } from './xml-scan.js';

export interface ParseXmlOptions {
  /** The file's name, for errors. */
  readonly file?: string;
  readonly limits?: Partial<XmlLimits>;
}

/** What the two parsers have in common; `lineNumber` is xmldom's. */
interface ParsedNode {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly firstChild: ParsedNode | null;
  readonly nextSibling: ParsedNode | null;
}
interface ParsedElement extends ParsedNode {
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly attributes: ArrayLike<{ readonly name: string; readonly localName: string; readonly namespaceURI: string | null; readonly value: string }>;
}

const ELEMENT = 1;
const TEXT = 3;
const CDATA = 4;

/**
 * Parses XML from strangers. Document types and entities are refused before a parser sees them, as are documents that are
 * too large or nest too deep; the result is plain data.
 * @throws PackageError `doctype`, `xml-too-large`, `xml-too-deep`, `malformed-xml`
 */
export async function parseXml(source: Uint8Array | string, options: ParseXmlOptions = {}): Promise<XmlElement> {
  const limits = { ...DEFAULT_XML_LIMITS, ...options.limits };
  const file = options.file === undefined ? {} : { file: options.file };
  if (source.length > limits.size) {
    throw new PackageError('xml-too-large', `The XML has ${source.length} bytes; at most ${limits.size} are read.`, file);
  }
  const text = decodeXml(source, options.file);
  scanXml(text, limits, options.file);
  const root = await parseRoot(text, options.file);
  return toElement(root);
}

async function parseRoot(text: string, file: string | undefined): Promise<ParsedElement> {
  const root = typeof DOMParser === 'function' ? parseInBrowser(text, file) : await parseInNode(text, file);
  if (!root) throw malformed('The document has no root element.', file);
  return root;
}

function parseInBrowser(text: string, file: string | undefined): ParsedElement | null {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  // Both engines' error documents; a real manifest has no element of this name.
  const error = document.getElementsByTagName('parsererror')[0];
  if (error) throw malformed((error.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 300), file);
  return document.documentElement as unknown as ParsedElement;
}

async function parseInNode(text: string, file: string | undefined): Promise<ParsedElement | null> {
  const { DOMParser: NodeParser } = await import('@xmldom/xmldom');
  try {
    const parser = new NodeParser({
      // Its warnings are faults too: unquoted attributes and the like, which browsers refuse.
      onError(_level, message, context: { locator?: { lineNumber?: number } } | undefined) {
        throw new Error(`${message} (line ${context?.locator?.lineNumber ?? 0})`);
      },
    });
    return parser.parseFromString(text, 'application/xml').documentElement as unknown as ParsedElement;
  } catch (cause) {
    // xmldom wraps what the callback threw in words of its own.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw malformed(message.replace(/^Reporting \w+ [^]* caused Error: /, ''), file, cause);
  }
}

function malformed(detail: string, file: string | undefined, cause?: unknown): PackageError {
  // "error on line 3", "Line Number 3", "(line 3)", and Firefox's own words in Chinese, "行：3".
  const line = /(?:line(?: number)?|行)[:： ]*(\d+)/i.exec(detail)?.[1];
  return new PackageError('malformed-xml', `The XML is not well-formed: ${detail}`, {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { field: `line ${line}` }),
    cause,
  });
}

/** Iterative, because depth is the stranger's choice. */
function toElement(root: ParsedElement): XmlElement {
  const result = new XmlElement(root.localName, root.namespaceURI ?? '', attributesOf(root));
  const stack: { from: ParsedElement; to: XmlElement }[] = [{ from: root, to: result }];
  for (let pair = stack.pop(); pair; pair = stack.pop()) {
    for (let node = pair.from.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === ELEMENT) {
        const from = node as ParsedElement;
        stack.push({ from, to: new XmlElement(from.localName, from.namespaceURI ?? '', attributesOf(from), pair.to) });
      } else if (node.nodeType === TEXT || node.nodeType === CDATA) {
        pair.to.text += node.nodeValue ?? '';
        pair.to.content.push(node.nodeValue ?? '');
      }
    }
  }
  return result;
}

function attributesOf(element: ParsedElement): XmlAttribute[] {
  return Array.from(element.attributes)
    .filter(({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    .map(({ localName, namespaceURI, value }) => ({ name: localName, namespace: namespaceURI ?? '', value }));
}
