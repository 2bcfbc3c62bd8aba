import type { Stream } from '../dataset/stream.js';
import { type Anatomy, type PaintOptions, stillHand } from './anatomy.js';
import { boxOf, harmonics, levelOf } from './contour.js';
import { type Lesion, lesionContour } from './lesion.js';
import { imageOf, paintedSize, sigmoid, stroke, vesselTree } from './picture.js';
import { fractalField, gaussianBlurred, grain, smoothField } from './texture.js';

interface Patient extends Omit<Lesion, 'diameter' | 'roughness'> {
  /** Hounsfield units in the nodule's middle. */
  density: number;
}

/** A malignant nodule is larger (diameter, in sides of a 50 mm window) and spiculated. */
const diameter = (severity: number) => 0.12 + 0.42 * sigmoid(0.5 * severity - 0.75);
const roughness = (severity: number) => 0.02 + 0.07 * sigmoid(0.8 * severity - 0.6);

export const lung: Anatomy<Patient> = {
  structures: ['nodule'],
  biomarker: { name: 'diameter', of: diameter },

  patient: (random) => ({
    x: random.normal(0.5, 0.02),
    y: random.normal(0.5, 0.02),
    aspect: Math.exp(random.normal(0, 0.12)),
    tilt: random.uniform(0, Math.PI),
    bumps: harmonics(random, 3, 12, 0.7),
    density: random.uniform(-120, 80),
  }),

  contours: (patient, severity, [hand]) => [lesionContour(lesionAt(patient, severity), hand!, 'diameter')],

  paint: paintCt,
};

function lesionAt(patient: Patient, severity: number): Lesion {
  return { ...patient, diameter: diameter(severity), roughness: roughness(severity) };
}

/** Hounsfield units in a lung window of −1000 to 500. */
function paintCt(
  patient: Patient,
  severity: number,
  random: Stream,
  { size, ambiguity, signs }: PaintOptions,
) {
  const painted = paintedSize(size);
  const contour = lesionContour(lesionAt(patient, severity), stillHand, 'diameter');
  const air = parenchyma(random, painted);
  const wall = chestWall(random, painted);
  const bullae = signs && emphysema(wall.share, painted, signs);
  const level = levelOf(contour, painted);
  const solid = fractalField(random, painted, 10, 3);
  const fade = smoothField(random, painted, 3);
  const rays = spicules(patient, boxOf(contour), severity, painted, random);
  const scene = air.map((units, i) => {
    let value = units + rays[i]! * (-250 - units);
    if (bullae) value += bullae[i]! * (-990 - value);
    if (level[i]! < 1) {
      const band = 0.13 * ambiguity * Math.exp(0.4 * fade[i]!);
      const halo = 0.25 * sigmoid((0.2 * ambiguity - level[i]!) / (2 * band));
      const inside = Math.max(halo, sigmoid(-level[i]! / band));
      value += inside * (patient.density + 35 * solid[i]! - value);
    }
    return value + wall.share[i]! * (wall.units[i]! - value);
  });
  const grey = random.uniform(18, 42);
  const noise = grain(random, painted, painted / 210);
  const units = gaussianBlurred(scene, painted, painted / 190);
  return imageOf([units.map((value, i) => (value + grey * noise[i]! + 1000) / 1500)], painted, size);
}

/** Air with the vessels that cross the slice: dots where they run through it, branches where they run along it. */
function parenchyma(random: Stream, size: number): Float32Array {
  const mottle = fractalField(random, size, 6, 4);
  const layer = new Float32Array(size * size);
  const hilum = random.uniform(0, 2 * Math.PI);
  for (let k = 0; k < 9; k++) {
    const heading = hilum + Math.PI + random.normal(0, 0.7);
    const start = {
      x: random.uniform(0, 1),
      y: random.uniform(0, 1),
      heading,
      bend: random.normal(0, 0.7),
      wander: 1.8,
    };
    const branch = {
      ...start,
      width: random.uniform(0.006, 0.02),
      length: random.uniform(0.1, 0.5),
      forks: 2,
    };
    for (const points of vesselTree(random, branch, 0.025))
      stroke(layer, size, points, random.uniform(0.35, 0.9));
  }
  for (let k = 0; k < 26; k++) {
    const [x, y, width] = [random.uniform(), random.uniform(), random.uniform(0.006, 0.026)];
    stroke(
      layer,
      size,
      [
        { x, y, width },
        { x: x + 0.004, y, width },
      ],
      random.uniform(0.3, 0.9),
    );
  }
  const base = random.uniform(-880, -820);
  return mottle.map((value, i) => base + 22 * value + layer[i]! * (-60 - base));
}

/** In two pictures of three a side of the chest: muscle and fat, with a rib, behind a curved pleura. */
function chestWall(random: Stream, size: number): { share: Float32Array; units: Float32Array } {
  const share = new Float32Array(size * size);
  const units = new Float32Array(size * size);
  if (random.chance(1 / 3)) return { share, units };
  const heading = random.uniform(0, 2 * Math.PI);
  const [cos, sin] = [Math.cos(heading), Math.sin(heading)];
  const distance = random.uniform(0.32, 0.52);
  const bow = random.uniform(0.25, 0.6);
  const rib = {
    out: random.uniform(0.07, 0.11),
    along: random.normal(0, 0.35),
    length: random.uniform(0.16, 0.3),
    width: 0.035,
  };
  const fat = smoothField(random, size, 5);
  for (let i = 0; i < share.length; i++) {
    const x = ((i % size) + 0.5) / size - 0.5;
    const y = (Math.floor(i / size) + 0.5) / size - 0.5;
    const along = -x * sin + y * cos;
    const out = x * cos + y * sin - distance + bow * along * along;
    if (out < -0.03) continue;
    share[i] = sigmoid(out / 0.006);
    const bone = Math.hypot((out - rib.out) / rib.width, (along - rib.along) / rib.length) - 1;
    const shell = 650 * Math.exp(-((bone / 0.22) ** 2)) + 260 * sigmoid(-bone / 0.1);
    units[i] = 45 - 130 * sigmoid((fat[i]! - 0.6 + 4 * (out - 0.2)) / 0.15) + shell;
  }
  return { share, units };
}

/** Round holes without tissue, out in the lung: neither at the nodule nor in the chest wall. */
function emphysema(
  wall: Float32Array,
  size: number,
  { count, random }: NonNullable<PaintOptions['signs']>,
): Float32Array {
  const layer = new Float32Array(size * size);
  for (let k = 0; k < count; k++) {
    let [x, y] = [0, 0];
    for (let tries = 0; tries < 50; tries++) {
      const [angle, out] = [random.uniform(0, 2 * Math.PI), random.uniform(0.4, 0.62)];
      [x, y] = [0.5 + out * Math.cos(angle), 0.5 + out * Math.sin(angle)];
      const inside = Math.min(x, y, 1 - x, 1 - y) > 0.03;
      if (inside && wall[Math.floor(y * size) * size + Math.floor(x * size)]! < 0.1) break;
    }
    const at = { x, y, width: random.uniform(0.05, 0.085) };
    stroke(layer, size, [at, at], random.uniform(0.8, 1));
  }
  return layer;
}

/** Fine strands that radiate from a malignant nodule into the lung. */
function spicules(
  patient: Patient,
  box: { left: number; right: number },
  severity: number,
  size: number,
  random: Stream,
): Float32Array {
  const layer = new Float32Array(size * size);
  const radius = (box.right - box.left) / 2;
  const count = Math.round(14 * sigmoid(1.3 * severity - 0.8));
  for (let k = 0; k < count; k++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const end = 1 + random.uniform(0.15, 0.7);
    const turn = angle + random.normal(0, 0.15);
    stroke(
      layer,
      size,
      [
        {
          x: patient.x + 0.8 * radius * Math.cos(angle),
          y: patient.y + 0.8 * radius * Math.sin(angle),
          width: 0.02,
        },
        {
          x: patient.x + end * radius * Math.cos(turn),
          y: patient.y + end * radius * Math.sin(turn),
          width: 0.004,
        },
      ],
      random.uniform(0.35, 0.8),
    );
  }
  return layer;
}
