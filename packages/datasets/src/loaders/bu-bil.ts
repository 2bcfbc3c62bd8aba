import type { Dataset } from '../dataset/dataset.js';
import { DataError, type Problem } from '../dataset/problem.js';
import type { Raster } from '../images/raster.js';
import { bestShift, type Shift } from './reading/best-shift.js';
import type { DrawContext, FileEntry, MaskFile } from './reading/file-entry.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';
import { stemOf } from './reading/tree.js';

export interface BuBilOptions extends LoaderOptions {
  /**
   * Dataset 6 has its experts' masks in the full frame of 512×512 pixels. Its images were cut out of such frames, and no one
   * wrote down where. `true` places them by the one shift per case at which the gold standard agrees best with the crowd's
   * majority. Default: `false`, those masks are left out as of another size than their image.
   */
  align?: boolean;
}

const FILE =
  /(?:^|\/)(?<set>BU-BIL_Dataset\d+)\/(?:(?<raw>RawImages)|(?<gold>GoldStandard)|(?:Experts?|Crowdsourced)Annotations\/(?<rater>[^/]+))\/(?<name>[^/]+)\.(?:png|jpe?g|tiff?|bmp|gif)$/i;

export const buBilLayout: Layout<BuBilOptions> = {
  name: 'bu-bil',
  options: ['align'],
  expects:
    'BU-BIL_Dataset<N>/{RawImages,GoldStandard,Expert(s)Annotations/<person>,CrowdsourcedAnnotations/<worker>}',
  recognises: (tree) => tree.match(FILE).some(({ groups }) => groups.raw !== undefined),
  async list(tree, { align = false }) {
    const problems: Problem[] = [];
    const entries = new Map<string, FileEntry>();
    const files = tree.match(FILE);
    // Image TPre01, masks seg_TPre01, Seg_TPre01 and seg_tpre01.
    const keyOf = (groups: Record<string, string>) =>
      `${groups.set}/${groups.name!.replace(/^seg_/i, '')}`.toLowerCase();
    for (const { path, groups } of files) {
      if (groups.raw === undefined) continue;
      entries.set(keyOf(groups), { id: `${groups.set}/${stemOf(path)}`, image: path, masks: [] });
    }
    for (const { path, groups } of files) {
      if (groups.raw !== undefined) continue;
      const entry = entries.get(keyOf(groups));
      const rater = groups.rater ?? 'gold';
      if (entry) entry.masks.push({ structure: 'object', rater, path, value: isDark });
      else problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
    }
    const all = [...entries.values()];
    if (align) for (const { masks } of all) alignable(masks);
    // The sets had other experts and other workers: raters of one are not missing in another.
    const bySet = new Map<string, Set<string>>();
    for (const { id, masks } of all)
      for (const { rater } of masks) bySet.set(setOf(id), (bySet.get(setOf(id)) ?? new Set()).add(rater));
    const panel = ({ id }: FileEntry) => [...(bySet.get(setOf(id)) ?? [])];
    return { entries: all, problems, structures: ['object'], panel, channels: 1 };
  },
};

const setOf = (id: string) => id.split('/')[0]!.toLowerCase();

/** 0 the object, 255 the background. */
const isDark = (value: number) => value < 128;

/** Has every mask of the frame's size placed by the case's shift. */
function alignable(masks: MaskFile[]): void {
  const gold = masks.find(({ rater }) => rater === 'gold');
  const paths = masks.map(({ path }) => path);
  for (const mask of masks) {
    mask.draw = async ({ image, raster, note }: DrawContext) => {
      const own = await raster(mask.path);
      const inside = binary(own);
      if (own.width === image.width && own.height === image.height) return inside;
      if (!gold) throw new DataError(mask.path, 'no gold standard to place it by');
      const shift = await shiftOf(gold.path, paths, image, raster);
      if (!shift) throw new DataError(mask.path, 'nothing to place it by');
      if (own.width !== shift.width || own.height !== shift.height) {
        throw new DataError(
          mask.path,
          `${own.width}×${own.height} pixels, its gold standard has ${shift.width}×${shift.height}`,
        );
      }
      const placed = new Uint8Array(image.width * image.height);
      let outside = 0;
      inside.forEach((value, i) => {
        if (!value) return;
        const [x, y] = [(i % own.width) - shift.left, Math.floor(i / own.width) - shift.top];
        if (x >= 0 && y >= 0 && x < image.width && y < image.height) placed[y * image.width + x] = 1;
        else outside++;
      });
      if (outside) note(`${outside} of its pixels lie outside the image, as it was placed`);
      return placed;
    };
  }
}

type Placed = Shift & { width: number; height: number };

/** One shift a decoded image: all its masks are placed alike. */
const shifts = new WeakMap<Raster, Promise<Placed | undefined>>();

function shiftOf(gold: string, paths: readonly string[], image: Raster, raster: DrawContext['raster']) {
  let shift = shifts.get(image);
  if (!shift) {
    shift = (async () => {
      const frame = await raster(gold);
      const all = await Promise.all(paths.map((path) => raster(path).catch(() => undefined)));
      const seen = all.filter((one) => one?.width === image.width && one.height === image.height) as Raster[];
      const share = new Float32Array(image.width * image.height);
      for (const one of seen) binary(one).forEach((value, i) => (share[i]! += value / seen.length));
      const majority = share.map((value) => (value > 0.5 ? 1 : 0));
      const found = bestShift(binary(frame), frame, majority, image);
      return found && { ...found, width: frame.width, height: frame.height };
    })();
    shifts.set(image, shift);
  }
  return shift;
}

function binary({ data, channels, width, height }: Raster): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) mask[i] = isDark(data[i * channels]!) ? 1 : 0;
  return mask;
}

/**
 * BU-BIL: biomedical images (cells, vessels, hearts), each object outlined by experts with two tools and by crowd
 * workers. Structure `object`; raters by the names of their folders (`Person1_Amira`, `mturk_annotation6-1`), and
 * `gold`, the experts' consensus. Ids are `BU-BIL_Dataset<N>/<image>`.
 *
 * - **Diagnosis**: none.
 * - **Where from**: http://www.cs.bu.edu/~betke/BiomedicalImageSegmentation, open to all. **Licence**: BSD, with an
 *   acknowledgement.
 * - **Cite**: Gurari et al., How to collect segmentations for biomedical images?, WACV 2015.
 * - **Split**: none was published, and the DiFF paper does not use it.
 * - **Known to be wrong**: names differ in case between folders (`seg_TPre01`, `Seg_TPre01`, `seg_tpre01`); in dataset 6 the
 *   images (21 to 36 pixels per side) and the crowd's masks are cut out of frames of 512×512, the experts' and the gold
 *   masks are not, and no one wrote down where: `align` says what is done about it. Masks are 0 on the object.
 */
export function buBil(root: string, options: BuBilOptions = {}): Promise<Dataset> {
  return openLayout(buBilLayout, root, options, { who: 'buBil' });
}
