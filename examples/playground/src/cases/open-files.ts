import { type DecodedImage, decodeNifti, decodeOutlines } from '@diff/datasets/browser';
import type { Case, Image } from '@diff/datasets/phantom';
import { type Labels, labelsOf, labelsOfPixels, type Pixels } from './labels.js';

/** A file that a visitor chose. */
export interface OwnFile {
  name: string;
  bytes: Uint8Array;
}

/** Decodes PNG, JPEG and whatever else the browser shows. @throws Where it cannot. */
export type DecodePicture = (bytes: Uint8Array) => Promise<Pixels>;

const MOST_FILES = 32;
const MOST_BYTES = 2 ** 26;
const MOST_VOXELS = 2 ** 24;
/** Of all masks together. */
const MOST_VOTES = 2 ** 26;
const READ = 'PNG, NIfTI, or outlines of COCO, LabelMe, GeoJSON or Label Studio';

interface Extent {
  width: number;
  height: number;
  depth?: number;
}

/** What one file turned out to be. */
type Content =
  | { file: string; image: Image }
  | { file: string; extent: Extent; place: Pick<Image, 'spacing' | 'affine'>; labels: Labels }
  | { file: string; outlined: DecodedImage[] };

/**
 * A case of a visitor's files: one mask per file and rater, label maps, outlines, and at most one picture that they were drawn on.
 *
 * @throws Error with one sentence that says which file, what it holds and what was expected.
 */
export async function caseOfFiles(files: readonly OwnFile[], decodePicture: DecodePicture): Promise<Case> {
  if (files.length > MOST_FILES)
    throw new Error(`There are ${files.length} files, expected at most ${MOST_FILES}.`);
  const contents: Content[] = [];
  for (const file of files) contents.push(await contentOf(file, decodePicture));
  const pictures = contents.filter((one) => 'image' in one);
  if (pictures.length > 1)
    throw new Error(
      `${pictures[0]!.file} and ${pictures[1]!.file} are both pictures, expected masks and at most one picture.`,
    );
  const extent = extentOf(contents);
  let votes = 0;
  // Maps, since a label or a rater may have any name.
  const structures = new Map<string, Map<string, Uint8Array>>();
  const put = (structure: string, rater: string, mask: Uint8Array) => {
    const raters = structures.get(structure) ?? new Map<string, Uint8Array>();
    votes += mask.length;
    if (votes > MOST_VOTES)
      throw new Error(
        `The masks have more than ${MOST_VOTES.toLocaleString('en')} pixels in all, expected fewer or smaller ones.`,
      );
    let name = rater;
    for (let k = 2; raters.has(name); k++) name = `${rater} (${k})`;
    structures.set(structure, raters.set(name, mask));
  };
  const drawn = await outlinedIn(contents, extent);
  const masked = contents.filter((one) => 'labels' in one);
  const several = masked.some(({ labels }) => labels.size > 1);
  const names = new Set(drawn.map(({ label }) => label));
  // A mask without a label is of the one structure that the outlines name.
  const only = names.size === 1 ? [...names][0]! : 'inside';
  for (const { file, labels } of masked)
    for (const [label, mask] of labels) put(several ? `label ${label}` : only, stemOf(file), mask);
  for (const { label, rater, file, mask } of drawn) put(label, rater ?? stemOf(file), mask);
  if (structures.size === 0)
    throw new Error(`${files.map(({ name }) => name).join(', ')}: no mask among them, expected ${READ}.`);
  const image = pictures[0]?.image ?? { data: new Float32Array(0), channels: 0, ...extent };
  const place = masked.find(({ place }) => place.affine || place.spacing)?.place;
  const annotations = Object.fromEntries(
    [...structures].map(([name, raters]) => [name, Object.fromEntries(raters)]),
  );
  return { id: files[0]!.name, image: { ...place, ...image }, annotations };
}

async function contentOf({ name, bytes }: OwnFile, decodePicture: DecodePicture): Promise<Content> {
  if (bytes.length > MOST_BYTES)
    throw new Error(`${name} has ${bytes.length} bytes, expected at most ${MOST_BYTES}.`);
  const reading = async <T>(read: () => Promise<T> | T): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^decode\w+: /, '') : String(error);
      throw new Error(`${name} cannot be read (${reason}), expected ${READ}.`, { cause: error });
    }
  };
  if (/\.nii(?:\.gz)?$/i.test(name)) {
    const image = await reading(() => decodeNifti(bytes, { volume: true, voxelLimit: MOST_VOXELS }));
    const { data, channels: _, ...rest } = image;
    const { spacing, affine, ...extent } = rest;
    const labels = labelsOf(data);
    const place = { ...(spacing && { spacing }), ...(affine && { affine }) };
    return labels ? { file: name, extent, place, labels } : { file: name, image };
  }
  if (/\.(?:geo)?json$/i.test(name)) {
    const decodePng = async (png: Uint8Array) => {
      const { data, width } = await decodePicture(png);
      return { data: Uint8Array.from(data), width, channels: 4 };
    };
    const { images } = await reading(() => decodeOutlines(bytes, { decodePng }));
    return { file: name, outlined: images };
  }
  const pixels = await reading(() => decodePicture(bytes));
  if (pixels.width * pixels.height > MOST_VOXELS)
    throw new Error(
      `${name} has ${pixels.width} × ${pixels.height} pixels, expected at most ${MOST_VOXELS}.`,
    );
  // A photograph's losses are no labels.
  const isLossy = bytes[0] === 0xff && bytes[1] === 0xd8;
  const labels = isLossy ? undefined : labelsOfPixels(pixels);
  if (!labels) return { file: name, image: imageOf(pixels) };
  const { width, height } = pixels;
  const isDeep = bytes[0] === 0x89 && bytes[24] === 16;
  if (isDeep && [...labels.keys()].some((label) => label !== '255'))
    throw new Error(`${name} has 16 bits per sample, which browsers round, expected 8 bits.`);
  return { file: name, extent: { width, height }, place: {}, labels };
}

function imageOf({ data, width, height }: Pixels): Image {
  const rgb = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[4 * i + c]! / 255;
  return { data: rgb, width, height, channels: 3 };
}

/** The size that all files share. @throws Error where two differ, or none says it. */
function extentOf(contents: readonly Content[]): Extent {
  let known: (Extent & { file: string }) | undefined;
  const told = ({ width, height, depth = 1 }: Extent) =>
    `${width} × ${height}${depth > 1 ? ` × ${depth}` : ''} pixels`;
  const see = (file: string, { width, height, depth = 1 }: Extent) => {
    if (!known) known = { file, width, height, ...(depth > 1 && { depth }) };
    else if (told(known) !== told({ width, height, depth }))
      throw new Error(
        `${file} has ${told({ width, height, depth })}, expected ${told(known)} as ${known.file} has.`,
      );
  };
  for (const one of contents)
    if ('image' in one) see(one.file, one.image);
    else if ('labels' in one) see(one.file, one.extent);
  for (const one of contents)
    if ('outlined' in one && one.outlined.length === 1) {
      const { width, height } = one.outlined[0]!;
      if (width !== undefined && height !== undefined) see(one.file, { width, height });
    }
  if (!known) {
    const { file, outlined } = contents.find((one) => 'outlined' in one)!;
    throw new Error(
      outlined.length > 1
        ? `${file} outlines ${outlined.length} images, expected one, or the picture of one along with it.`
        : `${file} does not say how large its image is, expected the picture or a mask along with it.`,
    );
  }
  const { file: _, ...extent } = known;
  return extent;
}

/** What the files of outlines give for this image: the only one, or that of the picture's name. */
async function outlinedIn(contents: readonly Content[], extent: Extent) {
  const picture = contents.find((one) => 'image' in one)?.file;
  const all = contents.filter((one) => 'outlined' in one);
  const masks = await Promise.all(
    all.map(async ({ file, outlined }) => {
      if ((extent.depth ?? 1) > 1)
        throw new Error(
          `${file} has outlines in a plane, expected an image of one slice, not of ${extent.depth}.`,
        );
      const wanted = picture && outlined.find(({ name }) => name && stemOf(name) === stemOf(picture));
      const image = wanted || (outlined.length === 1 ? outlined[0] : undefined);
      if (!image)
        throw new Error(
          `${file} outlines ${outlined.length} images, none by the name of ${picture ?? 'the picture'}, expected one.`,
        );
      return (await image.draw(extent)).map((mask) => ({ ...mask, file }));
    }),
  );
  return masks.flat();
}

const stemOf = (path: string) =>
  path
    .replace(/^.*[/\\]/, '')
    .replace(/\.gz$/i, '')
    .replace(/\.[^.]*$/, '');
