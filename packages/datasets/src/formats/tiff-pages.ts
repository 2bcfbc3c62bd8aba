import { TiffTags } from './tiff-tags.js';
import { parseXml } from './xml.js';

/** What a TIFF file says of its pages. */
export interface TiffPages {
  pages?: PageCounts;
  /** Millimetres between neighbours along x, y and z. */
  spacing?: readonly number[];
}

export interface PageCounts {
  slices: number;
  channels: number;
  times: number;
  /** Of the channels, where they are told. */
  names: readonly string[];
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
  inch: 25.4,
};

const [DESCRIPTION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT] = [270, 282, 283, 296];

/** Pixels per inch that programs write of pictures of which they do not know them. */
const UNTOLD = [72, 96];

/**
 * What OME-XML, ImageJ's notes or the tags of resolution say of a file's pages; `undefined` where there are none. Sources:
 * docs.openmicroscopy.org/ome-model, OME-TIFF specification; TIFF 6.0, ResolutionUnit.
 *
 * @throws Error where the description is OME-XML that cannot be read.
 */
export function pagesOf(bytes: Uint8Array): TiffPages | undefined {
  const tags = new TiffTags(bytes);
  const [page] = tags.directories;
  const description = page?.get(DESCRIPTION);
  const text = description ? tags.textOf(description) : '';
  if (/<OME[\s>]/.test(text)) return omePages(text);
  const value = (tag: number) => (page?.has(tag) ? tags.valueOf(page.get(tag)!) : Number.NaN);
  const perUnit = [value(X_RESOLUTION), value(Y_RESOLUTION)];
  if (/^ImageJ=/.test(text)) return imageJPages(text, perUnit);
  const unit = { 2: 25.4, 3: 10 }[value(RESOLUTION_UNIT)];
  if (unit === undefined || (unit === 25.4 && UNTOLD.includes(perUnit[0]!))) return undefined;
  const spacing = perUnit.map((pixels) => unit / pixels);
  return isSpacing(spacing) ? { spacing } : undefined;
}

const isSpacing = (sizes: readonly number[]) => sizes.every((size) => size > 0 && size < Infinity);

/** ImageJ gives pixels per unit by the tags of resolution, and the rest as lines of text. */
function imageJPages(text: string, perUnit: readonly number[]): TiffPages {
  const line = (name: string) => new RegExp(`^${name}=(.+)`, 'm').exec(text)?.[1]?.trim();
  const count = (name: string) => Number(line(name) ?? 1);
  const unit = UNITS[(line('unit') ?? '').replace(/^micron$|^\\u00B5m$/, 'um')];
  const sizes = [...perUnit.map((pixels) => 1 / pixels), ...(line('spacing') ? [count('spacing')] : [])];
  const spacing = sizes.map((size) => size * (unit ?? Number.NaN));
  return {
    pages: { slices: count('slices'), channels: count('channels'), times: count('frames'), names: [] },
    ...(isSpacing(spacing) && { spacing }),
  };
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
    pages: {
      slices: count('SizeZ'),
      channels: count('SizeC') / perPage,
      times: count('SizeT'),
      names: channels.flatMap((channel) => (channel['@Name'] ? [String(channel['@Name'])] : [])),
    },
    ...(isSpacing(sizes) && { spacing: sizes }),
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
export function described({ slices, channels, times, names }: PageCounts): string {
  const parts = [
    ...(channels > 1 ? [`${channels} channels${names.length ? `: ${names.join(', ')}` : ''}`] : []),
    ...(slices > 1 ? [`${slices} slices`] : []),
    ...(times > 1 ? [`${times} times`] : []),
  ];
  return parts.length ? `pages (${parts.join('; ')})` : 'pages';
}
