import { tiffDescription } from './tiff-description.js';
import { parseXml } from './xml.js';

/** What the pages of a TIFF file are. */
export interface TiffPages {
  slices: number;
  channels: number;
  times: number;
  /** Of the channels, where they are told. */
  names: readonly string[];
  /** Millimetres between neighbours along x, y and z. */
  spacing?: readonly number[];
}

/** Millimetres in the units of OME. */
const UNITS: Readonly<Record<string, number>> = {
  nm: 1e-6,
  µm: 1e-3,
  μm: 1e-3,
  um: 1e-3,
  mm: 1,
  cm: 10,
  m: 1000,
};

/**
 * What OME-XML or ImageJ's notes say of a file's pages; `undefined` where it has neither. Source:
 * docs.openmicroscopy.org/ome-model, OME-TIFF specification.
 *
 * @throws Error where the description is OME-XML that cannot be read.
 */
export function pagesOf(bytes: Buffer): TiffPages | undefined {
  const text = tiffDescription(bytes);
  if (text === undefined) return undefined;
  if (/<OME[\s>]/.test(text)) return omePages(text);
  if (!/^ImageJ=/.test(text)) return undefined;
  const count = (name: string) => Number(new RegExp(`^${name}=(\\d+)`, 'm').exec(text)?.[1] ?? 1);
  return { slices: count('slices'), channels: count('channels'), times: count('frames'), names: [] };
}

type Node = Record<string, unknown>;

function omePages(text: string): TiffPages {
  const { OME } = parseXml(text, ['Image', 'Channel'], { attributes: true }) as { OME?: { Image?: Node[] } };
  const images = OME?.Image ?? [];
  if (images.length > 1) throw new Error(`its OME-XML tells of ${images.length} images, expected one`);
  const pixels = images[0]?.Pixels as Node | undefined;
  const count = (name: string) => {
    const value = Number(pixels?.[`@${name}`]);
    if (!(Number.isInteger(value) && value > 0)) throw new Error(`its OME-XML has no ${name}`);
    return value;
  };
  const channels = (pixels?.Channel ?? []) as Node[];
  // Red, green and blue of one channel lie in one page.
  const perPage = Number(channels[0]?.['@SamplesPerPixel'] ?? 1);
  const size = (axis: string) => {
    const value = Number(pixels?.[`@PhysicalSize${axis}`]);
    return value * (UNITS[String(pixels?.[`@PhysicalSize${axis}Unit`] ?? 'µm')] ?? Number.NaN);
  };
  const sizes = [size('X'), size('Y'), size('Z')];
  if (!(sizes[2]! > 0)) sizes.pop();
  return {
    slices: count('SizeZ'),
    channels: count('SizeC') / perPage,
    times: count('SizeT'),
    names: channels.flatMap((channel) => (channel['@Name'] ? [String(channel['@Name'])] : [])),
    ...(sizes.every((value) => value > 0 && value < Infinity) && { spacing: sizes }),
  };
}

/** As OME-XML, which `pagesOf` reads back: sizes as 64-bit numbers, exactly. */
export function omeXml(
  { width, height, depth = 1 }: { width: number; height: number; depth?: number },
  spacing: readonly number[] | undefined,
): string {
  const sizes = (spacing ?? []).map(
    (size, axis) => ` PhysicalSize${'XYZ'[axis]}="${size}" PhysicalSize${'XYZ'[axis]}Unit="mm"`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="float" SizeX="${width}" SizeY="${height}" SizeZ="${depth}" SizeC="1" SizeT="1"${sizes.join('')}><Channel ID="Channel:0:0" SamplesPerPixel="1"/><TiffData/></Pixels></Image></OME>`;
}

/** "pages (2 channels: DAPI, FITC; 3 slices)". */
export function described({ slices, channels, times, names }: TiffPages): string {
  const parts = [
    ...(channels > 1 ? [`${channels} channels${names.length ? `: ${names.join(', ')}` : ''}`] : []),
    ...(slices > 1 ? [`${slices} slices`] : []),
    ...(times > 1 ? [`${times} times`] : []),
  ];
  return parts.length ? `pages (${parts.join('; ')})` : 'pages';
}
