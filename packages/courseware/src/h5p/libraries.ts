/** A library as H5P names it. */
export interface H5pLibrary {
  readonly machineName: string;
  readonly majorVersion: number;
  readonly minorVersion: number;
}

/** The folder of a library in a package. */
export const folderOf = ({ machineName, majorVersion, minorVersion }: H5pLibrary): string => `${machineName}-${majorVersion}.${minorVersion}`;

/** A dependency, as `h5p.json` and `library.json` list them; nothing where it is none. Versions may be texts. Never throws. */
export function readDependency(value: unknown): H5pLibrary | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { machineName, majorVersion, minorVersion } = value as Record<string, unknown>;
  const [major, minor] = [Number(majorVersion), Number(minorVersion)];
  if (typeof machineName !== 'string' || !/^[\w.-]{1,100}$/.test(machineName) || !/[^.]/.test(machineName)) return undefined;
  if (!Number.isInteger(major) || !Number.isInteger(minor) || major < 0 || minor < 0 || major > 9999 || minor > 9999) return undefined;
  return { machineName, majorVersion: major, minorVersion: minor };
}

/** Content types that have nothing to report: they are done with when they were opened. All others report through xAPI. */
const SILENT: readonly string[] = [
  'Accordion', 'AdvancedText', 'Agamotto', 'ARScavenger', 'Audio', 'Chart', 'Collage', 'CornellNotes', 'DocumentationTool', 'GreetingCard', 'IFrameEmbed', 'Image', 'ImageHotspots',
  'ImageJuxtaposition', 'ImageSlider', 'ImpressPresentation', 'InformationWall', 'InfoWall', 'KewArCode', 'Link', 'Shape', 'StandardPage', 'StructureStrip', 'Table', 'Text', 'Timeline', 'TwitterUserFeed', 'VirtualTour', 'ThreeImage',
].map((name) => `H5P.${name}`);

export const isSilent = (machineName: string): boolean => SILENT.includes(machineName);
