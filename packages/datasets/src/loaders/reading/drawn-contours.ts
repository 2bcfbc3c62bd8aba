import { components } from '../../images/components.js';
import type { Raster } from '../../images/raster.js';

/** By how much, of 255, a pixel must differ from the photograph to be ink; losses of JPEG stay below. */
const INK = 32;
/** Spots of ink of fewer pixels are dirt. */
const DIRT = 20;
/** By how many pixels the line is thickened, at most, to close its gaps. */
const GAP = 6;

/**
 * The areas within two closed lines, one inside the other, that were drawn on a copy of a photograph: `outer` and
 * `inner`, each with its line. The ink is what differs; it is thickened pixel by pixel until it closes into two
 * rings, and the areas are made as much smaller again.
 *
 * @throws Error where the sizes differ or the ink does not close into two rings, for instance because they touch.
 */
export function drawnContours(drawn: Raster, photograph: Raster): { outer: Uint8Array; inner: Uint8Array } {
  const { width, height } = photograph;
  if (drawn.width !== width || drawn.height !== height) {
    throw new Error(`${drawn.width}×${drawn.height} pixels, its photograph has ${width}×${height}`);
  }
  const ink = inkOf(drawn, photograph);
  const spots = components(ink, width, 1, 8);
  const box = { left: width, right: -1, top: height, bottom: -1 };
  spots.found.forEach((spot) => {
    if (spot.area < DIRT) return;
    box.left = Math.min(box.left, spot.left);
    box.right = Math.max(box.right, spot.right);
    box.top = Math.min(box.top, spot.top);
    box.bottom = Math.max(box.bottom, spot.bottom);
  });
  if (box.right < 0) throw new Error('no contour is drawn on it');

  // Around the ink alone, with room to thicken it: a hundredth of the photograph.
  const margin = GAP + 2;
  const [left, top] = [box.left - margin, box.top - margin];
  const [across, down] = [box.right - left + margin + 1, box.bottom - top + margin + 1];
  const lines = new Uint8Array(across * down);
  for (let y = box.top; y <= box.bottom; y++) {
    for (let x = box.left; x <= box.right; x++) {
      const spot = spots.labels[y * width + x]!;
      if (spot >= 0 && spots.found[spot]!.area >= DIRT) lines[(y - top) * across + (x - left)] = 1;
    }
  }
  for (let gap = 0; gap <= GAP; gap++) {
    const rings = areasWithin(spread(lines, across, gap, 1), across);
    if (!rings) continue;
    const whole = (area: Uint8Array) => {
      const small = spread(area, across, gap, 0);
      const mask = new Uint8Array(width * height);
      for (let i = 0; i < small.length; i++) {
        if (small[i]) mask[(top + Math.floor(i / across)) * width + left + (i % across)] = 1;
      }
      return mask;
    };
    return { outer: whole(rings.outer), inner: whole(rings.inner) };
  }
  throw new Error('its contours do not close into two rings, one in the other');
}

function inkOf(drawn: Raster, photograph: Raster): Uint8Array {
  const ink = new Uint8Array(photograph.width * photograph.height);
  const channels = Math.min(3, drawn.channels, photograph.channels);
  for (let i = 0; i < ink.length; i++) {
    for (let c = 0; c < channels; c++) {
      const change = drawn.data[i * drawn.channels + c]! - photograph.data[i * photograph.channels + c]!;
      if (Math.abs(change) > INK) ink[i] = 1;
    }
  }
  return ink;
}

/** What two rings of line enclose, each with its line; `undefined` where there are not two, apart and nested. */
function areasWithin(lines: Uint8Array, width: number): { outer: Uint8Array; inner: Uint8Array } | undefined {
  const open = components(lines, width, 0, 4);
  const line = components(lines, width, 1, 8);
  const rooms = open.found.flatMap((room, i) => (i > 0 && room.area >= DIRT ? [i] : []));
  if (rooms.length !== 2) return undefined;
  const [a, b] = rooms.map((i) => open.found[i]!) as [(typeof open.found)[0], (typeof open.found)[0]];
  const cup =
    a.left < b.left && a.right > b.right && a.top < b.top && a.bottom > b.bottom ? rooms[1]! : rooms[0]!;
  const around = (room: number) => {
    const touching = new Set<number>();
    open.labels.forEach((label, i) => {
      if (label !== room) return;
      for (const next of [i - 1, i + 1, i - width, i + width]) {
        const found = line.labels[next] ?? -1;
        if (found >= 0) touching.add(found);
      }
    });
    return touching;
  };
  const own = around(cup);
  // The line around the cup must not be the one that borders on the outside: component 0, where the corner is.
  for (const shared of around(0)) if (own.has(shared)) return undefined;
  return {
    outer: Uint8Array.from(open.labels, (label) => (label === 0 ? 0 : 1)),
    inner: Uint8Array.from(open.labels, (label, i) => (label === cup || own.has(line.labels[i]!) ? 1 : 0)),
  };
}

/** Every pixel becomes `value` that has one within `radius` columns and rows. */
function spread(grid: Uint8Array, width: number, radius: number, value: 0 | 1): Uint8Array {
  if (radius === 0) return grid;
  let result = grid;
  for (const step of [1, width]) {
    const from = result;
    result = from.slice();
    for (let i = 0; i < from.length; i++) {
      if (from[i] !== value) continue;
      for (let k = -radius; k <= radius; k++) {
        const at = i + k * step;
        const sameRow = step === width || Math.floor(at / width) === Math.floor(i / width);
        if (at >= 0 && at < from.length && sameRow) result[at] = value;
      }
    }
  }
  return result;
}
