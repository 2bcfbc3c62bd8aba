import { posix } from 'node:path';
import type { Problem } from '../dataset/problem.js';
import type { FileEntry } from './reading/file-entry.js';
import type { Layout } from './reading/layout.js';
import {
  type AnnotationFile,
  entryFinder,
  mayAnnotate,
  outlinedIn,
  pictureStem,
  readAnnotationFiles,
} from './reading/outlined.js';
import { natural, stemOf, type Tree } from './reading/tree.js';

const PICTURE = /\.(?:png|jpe?g|tiff?|gif|bmp|dcm|nii|nii\.gz)$/i;

/** Tables are of diagnoses, and archives of anything, unless a pattern says that they annotate. */
const filesIn = (tree: Tree) =>
  tree.paths.filter((path) => mayAnnotate(path) && !/\.(?:csv|zip)$/i.test(path));

/** How many files are looked into to recognise what a folder holds. */
const LOOKED_INTO = 3;

/**
 * A folder of files as annotation tools write them, with or without the images. Where several files annotate one image, each
 * is of a rater of its own, called by what its path does not share with the others.
 */
export const annotationsLayout: Layout = {
  name: 'annotations',
  expects: 'JSON, XML, GeoJSON or ROI files of an annotation tool',
  async recognises(tree) {
    const some = filesIn(tree).slice(0, LOOKED_INTO);
    const found = await readAnnotationFiles(
      tree,
      some.map((path) => ({ path })),
      [],
    );
    return found.length > 0;
  },
  async list(tree) {
    const problems: Problem[] = [];
    const files = await readAnnotationFiles(
      tree,
      filesIn(tree).map((path) => ({ path })),
      problems,
    );
    const pictures = new Map<string, FileEntry>();
    for (const image of tree.paths.filter((path) => PICTURE.test(path))) {
      const stem = pictureStem(image);
      const id = pictures.has(stem) ? image.replace(PICTURE, '') : stem;
      pictures.set(id, { id, image, masks: [] });
    }
    const find = entryFinder(pictures.values());
    const beside = new Map([...pictures.values()].map((entry) => [entry.image.toLowerCase(), entry]));
    const entryOf = (path: string, name: string) => {
      const near = posix.join(posix.dirname(path), name.replaceAll('\\', '/')).toLowerCase();
      const found = beside.get(near) ?? find({ name });
      return found === 'several' ? undefined : found;
    };

    const entries = new Map<string, FileEntry>();
    for (const { path, image, masks } of outlinedIn(withRaters(files), { labels: undefined, problems })) {
      const name = image.name ?? pictureStem(path);
      const picture = entryOf(path, name) ?? (image.shortName ? entryOf(path, image.shortName) : undefined);
      const id = picture?.id ?? pictureStem(image.shortName ?? name);
      const entry =
        entries.get(id) ??
        picture ??
        ({
          id,
          image: path,
          imageless: true,
          masks: [],
          ...(image.name !== undefined && { file: image.shortName ?? image.name }),
        } satisfies FileEntry);
      entries.set(id, entry);
      for (const mask of masks) {
        const second = entry.masks.some(
          ({ structure, rater }) => structure === mask.structure && rater === mask.rater,
        );
        if (!second) entry.masks.push(mask);
        else
          problems.push({
            path,
            reason: `a second mask of the ${mask.structure} by rater ${mask.rater}`,
            id,
            outcome: 'kept',
          });
      }
    }
    const all = [...entries.values()].sort((a, b) => natural(a.id, b.id));
    const names = (key: 'structure' | 'rater') =>
      [...new Set(all.flatMap(({ masks }) => masks.map((mask) => mask[key])))].sort(natural);
    return { entries: all, problems, structures: names('structure'), panel: names('rater') };
  },
};

/** Files that annotate the same images are of different raters, unless they say themselves who outlined what. */
function withRaters(files: readonly AnnotationFile[]): AnnotationFile[] {
  const seen = new Set<string>();
  let again = false;
  for (const { path, images } of files)
    for (const { name, shortName } of images) {
      const stem = pictureStem(shortName ?? name ?? path).toLowerCase();
      again ||= seen.has(stem);
      seen.add(stem);
    }
  if (!again) return [...files];
  const places = files.map(({ path, images }) => {
    const folders = posix
      .dirname(path)
      .split('/')
      .filter((part) => part !== '.');
    return images.length > 1 || folders.length === 0 ? [...folders, stemOf(path)] : folders;
  });
  const shared = (k: number, end: boolean) =>
    places.every((place) => place.length > k && at(place, k, end) === at(places[0]!, k, end));
  const at = (place: string[], k: number, end: boolean) => (end ? place.at(-1 - k) : place[k]);
  let [start, end] = [0, 0];
  while (shared(start, false)) start++;
  while (shared(end, true)) end++;
  return files.map((file, i) => {
    const named = file.images.some(({ raters, shapes }) => raters ?? shapes.some(({ rater }) => rater));
    const own = places[i]!.slice(start, places[i]!.length - end).join('/');
    return named ? file : { ...file, rater: own || '1' };
  });
}
