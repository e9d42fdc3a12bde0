/** An element of a parsed document, as data: the same in browsers and in Node, and nothing of a DOM to leak. */
export class XmlElement {
  /** Local name. */
  readonly name: string;
  /** Namespace name; empty for none. */
  readonly namespace: string;
  readonly parent: XmlElement | undefined;
  readonly children: XmlElement[] = [];
  /** Children and character data as they follow one another. */
  readonly content: (XmlElement | string)[] = [];
  readonly attributes: readonly XmlAttribute[];
  /** Character data directly inside, in order. */
  text = '';

  constructor(name: string, namespace: string, attributes: readonly XmlAttribute[], parent?: XmlElement) {
    this.name = name;
    this.namespace = namespace;
    this.attributes = attributes;
    this.parent = parent;
    parent?.children.push(this);
    parent?.content.push(this);
  }

  /** An attribute by local name, trimmed. Real manifests get prefixes wrong, so the namespace is not asked for. */
  attribute(name: string): string | undefined {
    return this.attributes.find((attribute) => attribute.name === name)?.value.trim();
  }

  /** The first child of that local name; real manifests also get capitals wrong (`dataFromLMS`). */
  child(name: string): XmlElement | undefined {
    const wanted = name.toLowerCase();
    return this.children.find((child) => child.name.toLowerCase() === wanted);
  }

  childrenNamed(name: string): XmlElement[] {
    return this.children.filter((child) => child.name === name);
  }

  /** Trimmed text of a child; `undefined` where there is no such child. */
  textOf(name: string): string | undefined {
    return this.child(name)?.text.trim();
  }

  /** Where the element is, for errors: `organizations/organization[1]/item[2]`. The root is left out. */
  get path(): string {
    if (!this.parent) return '';
    const namesakes = this.parent.childrenNamed(this.name);
    const step = namesakes.length > 1 ? `${this.name}[${namesakes.indexOf(this) + 1}]` : this.name;
    return [this.parent.path, step].filter(Boolean).join('/');
  }

  /** The path of one of the element's attributes. */
  attributePath(name: string): string {
    return this.parent ? `${this.path}/@${name}` : `@${name}`;
  }
}

export interface XmlAttribute {
  /** Local name. */
  readonly name: string;
  readonly namespace: string;
  readonly value: string;
}
