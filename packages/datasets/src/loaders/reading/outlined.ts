import { posix } from 'node:path';
import { fail } from '@diff/checks';
import { cornersBeyond } from '../../annotations/draw-areas.js';
import { drawShapes } from '../../annotations/draw-shapes.js';
import { type Annotations, mayAnnotate, readAnnotations } from '../../annotations/read-annotations.js';
import type { AnnotatedImage, Shape } from '../../annotations/shape.js';
import { DataError, messageOf, type Problem } from '../../dataset/problem.js';
import type { Size } from '../../images/resample.js';
import type { FileEntry, MaskFile } from './file-entry.js';
import { noting } from './label.js';
import { stemOf, type Tree } from './tree.js';

export { mayAnnotate };

/** A file of annotations, and what its place says of it. */
export interface AnnotationFile extends Annotations {
  path: string;
  id?: string | undefined;
  rater?: string | undefined;
  structure?: string | undefined;
}

/** One image of it, with a mask for each rater and structure. */
export interface Outlined {
  path: string;
  id?: string | undefined;
  image: AnnotatedImage;
  masks: MaskFile[];
}

/** Reads what may annotate; what cannot be read is a problem. */
export async function readAnnotationFiles(
  tree: Tree,
  places: readonly Pick<AnnotationFile, 'path' | 'id' | 'rater' | 'structure'>[],
  problems: Problem[],
): Promise<AnnotationFile[]> {
  const found: AnnotationFile[] = [];
  for (const place of places)
    await noting(problems, async () => {
      found.push({ ...place, ...(await readAnnotations(tree, place.path)) });
    });
  return found;
}

/**
 * The masks that files of annotations give. Each label is a structure of its own, of `labels` alone where these are given, unless the file's place
 * names the structure. Whoever looked at an image, and outlined nothing of a structure that is outlined
 * elsewhere, has an empty mask of it.
 *
 * @param labels The ones to take. Default: all.
 * @throws RangeError where no shape has one of them.
 */
export function outlinedIn(
  files: readonly AnnotationFile[],
  { labels, problems }: { labels: readonly string[] | undefined; problems: Problem[] },
): Outlined[] {
  const labelsOf = (some: readonly AnnotationFile[]) => [
    ...new Set(
      some.flatMap(({ images }) => images.flatMap(({ shapes }) => shapes.map((shape) => shape.label))),
    ),
  ];
  const known = labelsOf(files);
  const strange = files.length ? labels?.find((label) => !known.includes(label)) : undefined;
  if (strange !== undefined)
    fail(
      'folder',
      `class is ${JSON.stringify(strange)}, expected one of the labels ${known.slice(0, 20).join(', ')}`,
    );

  return files.flatMap((file) => {
    const { path, structure } = file;
    let wanted = labels ?? known;
    if (labels === undefined && structure !== undefined) {
      const among = labelsOf(files.filter((other) => other.structure === structure));
      const same = among.filter((one) => one.toLowerCase() === structure.toLowerCase());
      wanted = among.length > 1 ? same : among;
      if (among.length > 1 && same.length === 0) {
        const reason = `it has the labels ${among.slice(0, 8).join(', ')}, none of which is ${structure}: the option class says which to take`;
        problems.push({ path, reason, outcome: 'skipped' });
        return [];
      }
    }
    for (const { name, notes } of file.images)
      for (const note of notes)
        problems.push({ path, reason: name ? `${name}: ${note}` : note, outcome: 'kept' });
    return imagesAt(file, problems).map((image) => ({
      path,
      id: file.id,
      image,
      masks: ratersOf(file, image).flatMap((rater) =>
        (structure === undefined ? wanted : [structure]).map((name): MaskFile => {
          const chosen = structure === undefined ? [name] : wanted;
          const own = image.shapes.filter(
            (shape) =>
              chosen.includes(shape.label) && (file.rater !== undefined || (shape.rater ?? '1') === rater),
          );
          return maskOf({ structure: name, rater, path }, image, own);
        }),
      ),
    }));
  });
}

/** Of a file that belongs to one case, its image. */
function imagesAt({ id, path, images }: AnnotationFile, problems: Problem[]): AnnotatedImage[] {
  if (id === undefined || images.length === 1) return images;
  const own = images.filter(({ name = '', shortName = name }) =>
    [name, shortName].some((one) => isNamed(one, id)),
  );
  if (own.length === 0)
    problems.push({
      path,
      reason: `of its ${images.length} images none is called ${id}`,
      outcome: 'skipped',
    });
  return own;
}

const isNamed = (name: string, id: string) => pictureStem(name).toLowerCase() === id.toLowerCase();

function ratersOf({ rater }: AnnotationFile, { raters = [], shapes }: AnnotatedImage): string[] {
  if (rater !== undefined) return [rater];
  const found = new Set([...raters, ...shapes.map((shape) => shape.rater ?? '1')]);
  return found.size ? [...found] : ['1'];
}

function maskOf(file: MaskFile, about: AnnotatedImage, shapes: readonly Shape[]): MaskFile {
  const { width, height } = about;
  const size = width !== undefined && height !== undefined ? { width, height } : undefined;
  return {
    ...file,
    size,
    async draw({ image, note }) {
      checkSize(file.path, about.name, size, image);
      const beyond = cornersBeyond(shapes, image);
      if (beyond)
        note(
          `${beyond} corners of its outlines lie outside the image of ${image.width}×${image.height} pixels`,
        );
      try {
        return await drawShapes(shapes, image, note);
      } catch (cause) {
        throw new DataError(file.path, messageOf(cause), { cause });
      }
    },
  };
}

function checkSize(
  path: string,
  name: string | undefined,
  size: Size | undefined,
  image: Size & { depth?: number },
) {
  if ((image.depth ?? 1) > 1)
    throw new DataError(
      path,
      `outlines lie in a plane, the image has ${image.depth} slices: the option slice takes one`,
    );
  if (size && (size.width !== image.width || size.height !== image.height))
    throw new DataError(
      path,
      `says that ${name ?? 'its image'} has ${size.width}×${size.height} pixels, it has ${image.width}×${image.height}`,
    );
}

/** The name of an image's file without folders and extension. */
export const pictureStem = (name: string) => stemOf(withoutExtension(name));

const PICTURE = /\.(?:png|jpe?g|tiff?|gif|bmp|webp|dcm|nii|nii\.gz)$/i;

/** With an extension that `stemOf` may take off, whatever the name had. */
const withoutExtension = (name: string) => `${name.replaceAll('\\', '/').replace(PICTURE, '')}.x`;

/** Finds the entry of an annotated image, by the end of its path, its name, or its id. */
export function entryFinder(entries: Iterable<FileEntry>) {
  const byName = new Map<string, FileEntry[]>();
  const byStem = new Map<string, FileEntry[]>();
  const add = (map: Map<string, FileEntry[]>, key: string, entry: FileEntry) => {
    const others = map.get(key) ?? [];
    if (!others.includes(entry)) map.set(key, [...others, entry]);
  };
  for (const entry of entries) {
    add(byName, posix.basename(entry.image).toLowerCase(), entry);
    add(byStem, entry.id.toLowerCase(), entry);
    add(byStem, pictureStem(entry.image).toLowerCase(), entry);
  }
  /** @returns `undefined` where there is none, 'several' where it cannot be known which. */
  return ({
    name,
    shortName,
  }: Pick<AnnotatedImage, 'name' | 'shortName'>): FileEntry | 'several' | undefined => {
    for (const one of [name, shortName]) {
      if (one === undefined) continue;
      const path = posix
        .normalize(one.replaceAll('\\', '/'))
        .replace(/^(?:\.\.\/)+|^\//, '')
        .toLowerCase();
      const named = byName.get(posix.basename(path)) ?? [];
      const exact = named.filter(({ image }) => `/${image.toLowerCase()}`.endsWith(`/${path}`));
      const stem = PICTURE.test(path) ? pictureStem(path) : path;
      for (const found of [exact, named, byStem.get(stem) ?? []])
        if (found.length) return found.length === 1 ? found[0] : 'several';
    }
    return undefined;
  };
}
