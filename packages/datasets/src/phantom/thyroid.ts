import type { Stream } from '../dataset/stream.js';
import { type Anatomy, type PaintOptions, stillHand } from './anatomy.js';
import { ANGLES, type Box, boxOf, directionOf, harmonics, levelOf } from './contour.js';
import { type Lesion, lesionContour } from './lesion.js';
import { clamp, imageOf, paintedSize, sigmoid } from './picture.js';
import { fractalField, grain, smoothField } from './texture.js';

interface Patient extends Omit<Lesion, 'aspect' | 'roughness'> {
  /** Decibels by which the nodule is darker than the gland. */
  contrast: number;
  fade: Float64Array;
}

/** A malignant nodule grows across the tissue planes: it is taller than wide (height : width above 1), and lobed. */
const tallerThanWide = (severity: number) => 0.95 * Math.exp(0.2 * severity);
const roughness = (severity: number) => 0.015 + 0.1 * sigmoid(0.9 * severity - 0.5);

export const thyroid: Anatomy<Patient> = {
  structures: ['nodule'],
  biomarker: { name: 'tallerThanWide', of: tallerThanWide },

  patient: (random) => ({
    x: random.uniform(0.4, 0.6),
    y: random.uniform(0.46, 0.56),
    diameter: random.uniform(0.28, 0.44),
    tilt: random.normal(0, 0.15),
    bumps: harmonics(random, 3, 9, 0.8),
    contrast: random.uniform(7.5, 12),
    fade: harmonics(random, 1, 3, 1),
  }),

  contours: (patient, severity, [hand]) => [lesionContour(lesionAt(patient, severity), hand!, 'aspect')],

  paint: paintUltrasound,
};

function lesionAt(patient: Patient, severity: number): Lesion {
  return { ...patient, aspect: tallerThanWide(severity), roughness: roughness(severity) };
}

/** B-mode: echo strength in decibels, times fully developed (Rayleigh) speckle, log-compressed. */
function paintUltrasound(
  patient: Patient,
  severity: number,
  random: Stream,
  { size, ambiguity, signs }: PaintOptions,
) {
  const painted = paintedSize(size);
  const contour = lesionContour(lesionAt(patient, severity), stillHand, 'aspect');
  const echo = tissue(random, painted);
  addNodule(echo, patient, severity, levelOf(contour, painted), painted, random, ambiguity, signs);
  addShadow(echo, painted, boxOf(contour), random);
  const gain = random.normal(0, 2);
  const lateral = Math.max(0.5, painted / 115);
  const axial = Math.max(0.35, painted / 210);
  const [real, imaginary] = [grain(random, painted, lateral, axial), grain(random, painted, lateral, axial)];
  const plane = echo.map((decibels, i) => {
    const amplitude = Math.hypot(real[i]!, imaginary[i]!) / Math.SQRT2;
    return clamp((decibels + gain + 20 * Math.log10(amplitude + 0.08) + 45) / 60, 0, 1);
  });
  return imageOf([plane], painted, size);
}

/** Skin, fat, muscle, gland, deep muscle, from the top down, and the carotid at one side; in decibels. */
function tissue(random: Stream, size: number): Float32Array {
  const streaks = smoothField(random, size, 4, 30);
  const clumps = fractalField(random, size, 6, 3);
  const edges = [0.04, 0.13, random.uniform(0.18, 0.24), random.uniform(0.78, 0.92)].map((depth, i) => {
    const bow = i < 2 ? 0.02 : random.uniform(0.03, 0.12) * (i === 2 ? 1 : -1);
    const wave = random.uniform(0, 2 * Math.PI);
    const depthAt = (x: number) =>
      depth + 4 * bow * (x - 0.5) ** 2 + 0.007 * Math.sin(9 * x + wave) + 0.004 * Math.sin(23 * x - wave);
    return Float64Array.from({ length: size }, (_, column) => depthAt((column + 0.5) / size));
  });
  const absorption = random.uniform(4, 13);
  const lit = random.normal(0, 4);
  const echo = new Float32Array(size * size);
  for (let row = 0, i = 0; row < size; row++) {
    const y = (row + 0.5) / size;
    for (let column = 0; column < size; column++, i++) {
      let value = LAYERS[0]!.echo + LAYERS[0]!.streaks * streaks[i]!;
      for (let k = 0; k < edges.length; k++) {
        const below = (y - edges[k]![column]!) / 0.005;
        if (below < -5) break;
        const layer = LAYERS[k + 1]!;
        const next = layer.echo + layer.streaks * streaks[i]! + layer.clumps * clumps[i]!;
        value =
          below > 5
            ? next
            : value +
              sigmoid(below) * (next - value) +
              (10 + 4 * streaks[i]!) * Math.exp((-below * below) / 4);
      }
      echo[i] = value - absorption * y * y + lit * (column / size - 0.5);
    }
  }
  if (random.chance(0.6)) addCarotid(echo, size, random);
  return echo;
}

/** Mean echo, and how strongly streaks (along the layers) and clumps (round) vary it. */
const LAYERS = [
  { echo: -10, streaks: 3, clumps: 0 },
  { echo: -23, streaks: 6, clumps: 1 },
  { echo: -26, streaks: 6, clumps: 1 },
  { echo: -17, streaks: 0.9, clumps: 1.6 },
  { echo: -29, streaks: 8, clumps: 2 },
];

function addCarotid(echo: Float32Array, size: number, random: Stream): void {
  const x = random.chance(0.5) ? random.uniform(-0.02, 0.05) : random.uniform(0.95, 1.02);
  const y = random.uniform(0.5, 0.75);
  const [rx, ry] = [random.uniform(0.08, 0.13), random.uniform(0.08, 0.13)];
  for (let i = 0; i < echo.length; i++) {
    const out =
      (Math.hypot((((i % size) + 0.5) / size - x) / rx, ((Math.floor(i / size) + 0.5) / size - y) / ry) - 1) /
      0.1;
    if (out > 4) continue;
    echo[i]! += sigmoid(-2 * out) * (-42 - echo[i]!) + 7 * Math.exp(-(out ** 2));
  }
}

/** Darkens the nodule; its edge fades over a band, and fades more in some directions than in others. */
function addNodule(
  echo: Float32Array,
  patient: Patient,
  severity: number,
  level: Float32Array,
  size: number,
  random: Stream,
  ambiguity: number,
  signs: PaintOptions['signs'],
): void {
  const lumps = fractalField(random, size, 8, 3);
  const band = directions(patient.fade).map((value) => 0.1 * ambiguity * Math.exp(0.45 * value));
  // Marked darkness is a sign of malignancy too.
  const contrast = patient.contrast * Math.exp(0.2 * severity);
  const specks = signs?.count ?? Math.round(Math.max(0, 3 * severity + random.normal(1, 2)));
  for (let i = 0; i < echo.length; i++) {
    if (level[i]! > 1) continue;
    const direction = directionOf(
      ((i % size) + 0.5) / size - patient.x,
      (Math.floor(i / size) + 0.5) / size - patient.y,
    );
    const share = sigmoid(-level[i]! / band[direction]!);
    echo[i]! += share * (2 * lumps[i]! - contrast);
  }
  for (let k = 0; k < specks; k++) {
    const place = signs?.random ?? random;
    const [angle, out] = [
      place.uniform(0, 2 * Math.PI),
      0.32 * patient.diameter * Math.sqrt(place.uniform()),
    ];
    const [x, y] = [(patient.x + out * Math.cos(angle)) * size, (patient.y + out * Math.sin(angle)) * size];
    for (let row = Math.floor(y - 2); row <= y + 2; row++) {
      for (let column = Math.floor(x - 2); column <= x + 2; column++) {
        echo[row * size + column]! +=
          20 * Math.exp(-((row - y) ** 2 + (column - x) ** 2) / (2 * (size / 190) ** 2));
      }
    }
  }
}

/** Tissue behind the nodule is brightened (fluid) or darkened (absorption). */
function addShadow(echo: Float32Array, size: number, box: Box, random: Stream): void {
  const strength = random.normal(0, 3.5);
  const half = (box.right - box.left) / 2;
  for (let i = 0; i < echo.length; i++) {
    const x = ((i % size) + 0.5) / size - (box.left + box.right) / 2;
    const y = (Math.floor(i / size) + 0.5) / size - box.bottom;
    echo[i]! += strength * sigmoid((0.8 * half - Math.abs(x)) / 0.015) * sigmoid(y / 0.02);
  }
}

function directions(pattern: Float64Array): Float64Array {
  return Float64Array.from({ length: 720 }, (_, i) => pattern[Math.floor((i * ANGLES) / 720)]!);
}
