/** Voxels of all masks and of their fusion together: each is a texture once. */
const MOST_VOXELS = 2 ** 25;

/** A sentence, where a volume with so many raters is more than is shown in space. */
export function tooLarge([depth, height, width]: readonly number[], raters: number): string | undefined {
  const voxels = (raters + 1) * depth! * height! * width!;
  if (voxels <= MOST_VOXELS) return undefined;
  const [own, most] = [voxels, MOST_VOXELS].map((count) => count.toLocaleString('en'));
  return `The masks and their fusion have ${own} voxels in all, expected at most ${most} for them to be shown in space; slice by slice they are all here.`;
}
