import { type Affine, spacingOf } from '../images/affine.js';

/** The affine of a NIfTI header's qform. Source: `nifti1.h`, "method 2". */
export function rotationOf(header: {
  quatern_b: number;
  quatern_c: number;
  quatern_d: number;
  qoffset_x: number;
  qoffset_y: number;
  qoffset_z: number;
  pixDims: number[];
}): Affine {
  const stored = [header.quatern_b, header.quatern_c, header.quatern_d];
  const left = 1 - stored.reduce((sum, value) => sum + value * value, 0);
  // Of a half turn nothing is left but the rounding of 32 bits, whose root would show.
  const half = left < 1e-7;
  const a = half ? 0 : Math.sqrt(left);
  const [b, c, d] = stored.map((value) => (half ? value / Math.sqrt(1 - left) : value)) as [
    number,
    number,
    number,
  ];
  const [handedness = 1, x = 1, y = 1, z = 1] = header.pixDims;
  const scale = [x, y, handedness < 0 ? -z : z];
  const rows = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c), header.qoffset_x],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b), header.qoffset_y],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c, header.qoffset_z],
  ];
  return [...rows.flatMap((row) => row.map((value, k) => value * (scale[k] ?? 1))), 0, 0, 0, 1];
}

/** The turn of an affine as NIfTI writes it, (b, c, d) of a unit quaternion; `undefined` where the axes are not at right angles. */
export function quaternionOf(
  affine: Affine,
): { quaternion: [number, number, number]; handedness: 1 | -1 } | undefined {
  const lengths = spacingOf(affine);
  const r = (row: number, column: number) => affine[4 * row + column]! / lengths[column]!;
  const dot = (j: number, k: number) => [0, 1, 2].reduce((sum, i) => sum + r(i, j) * r(i, k), 0);
  if ([dot(0, 1), dot(0, 2), dot(1, 2)].some((value) => !(Math.abs(value) < 1e-5))) return undefined;
  const determinant =
    r(0, 0) * (r(1, 1) * r(2, 2) - r(1, 2) * r(2, 1)) -
    r(0, 1) * (r(1, 0) * r(2, 2) - r(1, 2) * r(2, 0)) +
    r(0, 2) * (r(1, 0) * r(2, 1) - r(1, 1) * r(2, 0));
  const handedness = determinant < 0 ? -1 : 1;
  const m = (row: number, column: number) => r(row, column) * (column === 2 ? handedness : 1);
  // Of the four squares that the diagonal gives, the largest is safe to divide by.
  const squares = [
    1 + m(0, 0) + m(1, 1) + m(2, 2),
    1 + m(0, 0) - m(1, 1) - m(2, 2),
    1 - m(0, 0) + m(1, 1) - m(2, 2),
    1 - m(0, 0) - m(1, 1) + m(2, 2),
  ];
  const most = squares.indexOf(Math.max(...squares));
  const s = Math.sqrt(squares[most]!) * 2;
  const [p, q, t] = [m(2, 1) - m(1, 2), m(0, 2) - m(2, 0), m(1, 0) - m(0, 1)];
  const [u, v, w] = [m(0, 1) + m(1, 0), m(0, 2) + m(2, 0), m(1, 2) + m(2, 1)];
  const four = [
    [s / 4, p / s, q / s, t / s],
    [p / s, s / 4, u / s, v / s],
    [q / s, u / s, s / 4, w / s],
    [t / s, v / s, w / s, s / 4],
  ][most]!;
  const sign = four[0]! < 0 ? -1 : 1;
  return { quaternion: [sign * four[1]!, sign * four[2]!, sign * four[3]!], handedness };
}
