/** How much of a package is taken. Sizes in bytes. */
export interface ZipLimits {
  /** Files and folders. */
  readonly entries: number;
  /** One file, uncompressed. */
  readonly fileBytes: number;
  /** All files, uncompressed. */
  readonly totalBytes: number;
  /** Uncompressed ÷ compressed, of any file above {@link ratioFloor}, and of all together. */
  readonly ratio: number;
  /** Files smaller than this may compress as they like: an empty log does. */
  readonly ratioFloor: number;
  /** Characters of a path. */
  readonly nameLength: number;
}

const MIB = 1024 * 1024;

/** Room for a course of long videos; a bomb is far beyond. */
export const DEFAULT_ZIP_LIMITS: ZipLimits = {
  entries: 20_000,
  fileBytes: 2048 * MIB,
  totalBytes: 4096 * MIB,
  ratio: 200,
  ratioFloor: MIB,
  nameLength: 1024,
};

/** Limits of one XML file. */
export interface XmlLimits {
  /** Bytes before, characters after decoding. */
  readonly size: number;
  readonly depth: number;
  readonly elements: number;
  /** Attributes of one element. */
  readonly attributes: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = { size: 4 * MIB, depth: 100, elements: 200_000, attributes: 100 };
