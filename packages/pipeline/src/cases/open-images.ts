import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { createDataset, type Dataset, folder, openAny, readImage } from '@diff/datasets';
import { type DataFlags, openData } from '../data/open-data.js';
import { UserError } from '../user-error.js';

const PICTURES = '{id}.{png,jpg,jpeg,tif,tiff,gif,bmp,pgm,ppm,dcm,dcm.gz,nii,nii.gz,nrrd,nhdr,mha,mhd}';

/** Images to predict: files by name, a published data set, or the pictures in a folder. */
export async function openImages(
  paths: readonly string[],
  flags: Pick<DataFlags, 'images' | 'slice' | 'slices'>,
  channels: 1 | 3,
): Promise<Dataset> {
  const isFolder = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      if (!found) throw new UserError(`there is no image or folder ${path}`);
      return found.isDirectory();
    }),
  );
  const stray = (['images', 'slices'] as const).find((name) => flags[name] !== undefined);
  if (stray && !isFolder.includes(true))
    throw new UserError(`--${stray} belongs to a folder, and these are files`);
  if (!isFolder.includes(true)) return imageFiles(paths, { ...flags, channels });
  const [root] = paths;
  if (paths.length > 1) throw new UserError('expected one folder, or image files');
  if (flags.images) return openData(root!, flags, { channels });
  const pictures = { image: PICTURES, channels, ...(flags.slice !== undefined && { slice: flags.slice }) };
  const known = await openAny(root!, { channels, ...(flags.slices && { slices: flags.slices }) }).catch(
    () => undefined,
  );
  // Files of annotations may be of some of the pictures, or of none.
  if (known && known.name !== 'annotations') return known;
  return folder(root!, pictures).catch(() => {
    throw new UserError(
      `${root} has neither the layout of a published data set nor pictures; --images 'a/{id}.png' says where they are`,
    );
  });
}

function imageFiles(
  paths: readonly string[],
  { channels, slice }: { channels: 1 | 3; slice?: number },
): Dataset {
  const files = new Map<string, string>();
  for (const path of paths) {
    const id = basename(path, extname(path)).replace(/\.nii$/, '');
    const other = files.get(id);
    if (other !== undefined) throw new UserError(`${other} and ${path} would both be the case ${id}`);
    files.set(id, path);
  }
  return createDataset({
    name: 'images',
    entries: [...files].map(([id, path]) => ({ id, file: basename(path), annotated: {} })),
    load: async ({ id }) => ({
      id,
      image: await readImage(files.get(id)!, { channels, ...(slice !== undefined && { slice }) }),
      annotations: {},
    }),
  });
}
