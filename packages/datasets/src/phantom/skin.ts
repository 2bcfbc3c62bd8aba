import type { Stream } from '../dataset/stream.js';
import { type Anatomy, type PaintOptions, stillHand } from './anatomy.js';
import { harmonics, levelOf } from './contour.js';
import { type Lesion, lesionContour } from './lesion.js';
import { imageOf, type Point, paintedSize, plane, sigmoid, stroke } from './picture.js';
import { fractalField, grain, smoothField } from './texture.js';

interface Patient extends Omit<Lesion, 'roughness'> {
  /** How much melanin the lesion holds. */
  pigment: number;
  /** Red, green, blue of the skin around it. */
  skin: [number, number, number];
  hairs: number;
}

/** A melanoma's border is irregular and one half of it unlike the other: mean departure from an ellipse, in radii. */
const irregularity = (severity: number) => 0.015 + 0.2 * sigmoid(0.75 * severity - 0.8);

export const skin: Anatomy<Patient> = {
  structures: ['lesion'],
  biomarker: { name: 'irregularity', of: irregularity },

  patient(random) {
    const tan = random.uniform();
    return {
      x: random.normal(0.5, 0.03),
      y: random.normal(0.5, 0.03),
      diameter: random.uniform(0.36, 0.54),
      aspect: Math.exp(random.normal(0, 0.15)),
      tilt: random.uniform(0, Math.PI),
      bumps: harmonics(random, 3, 8, 1),
      pigment: random.uniform(0.75, 1.5),
      skin: [0.9 - 0.13 * tan, 0.7 - 0.17 * tan, 0.62 - 0.2 * tan + random.normal(0, 0.03)],
      hairs: random.chance(0.3) ? 0 : Math.floor(random.uniform(1, 16)),
    };
  },

  contours: (patient, severity, [hand]) => [lesionContour(lesionAt(patient, severity), hand!)],

  paint: paintDermoscopy,
};

function lesionAt(patient: Patient, severity: number): Lesion {
  return { ...patient, roughness: irregularity(severity) };
}

/** What melanin takes of red, green and blue light (Beer–Lambert); blood takes mostly green and blue. */
const MELANIN = [0.75, 1.15, 1.45];
const BLOOD = [0.1, 0.42, 0.38];

function paintDermoscopy(
  patient: Patient,
  severity: number,
  random: Stream,
  { size, ambiguity, signs }: PaintOptions,
) {
  const painted = paintedSize(size);
  const level = levelOf(lesionContour(lesionAt(patient, severity), stillHand), painted);
  const melanin = pigmentOf(patient, severity, level, painted, random, ambiguity);
  const blood = smoothField(random, painted, 4);
  const mottle = fractalField(random, painted, 12, 3);
  const light = lightOf(random, painted);
  const hair = hairsOf(patient, painted, random);
  const noise = grain(random, painted, 0.5);
  const globule = signs && globules(patient, painted, signs);
  const veil = 0.05 * sigmoid(1.5 * severity) * patient.pigment;
  const planes = [0, 1, 2].map((channel) => {
    return plane(painted, (_x, _y, i) => {
      const absorbed =
        MELANIN[channel]! * melanin[i]! + BLOOD[channel]! * (0.12 * blood[i]! + 0.05 * mottle[i]!);
      const deep = channel === 2 ? veil * Math.min(1, melanin[i]!) : 0;
      let value = patient.skin[channel]! * Math.exp(-absorbed) + deep + 0.012 * noise[i]!;
      if (globule) value += globule[i]! * (BLUE_GREY[channel]! - value);
      return light[i]! * value * (1 - hair[i]! * (0.86 - 0.05 * channel));
    });
  });
  return imageOf(planes, painted, size);
}

/**
 * Density of melanin: fades out over a band around the edge, wider on some sides; mottled, with the lines of the
 * pigment network where it is regular and blotches of several browns where it is not.
 */
function pigmentOf(
  { pigment, tilt }: Patient,
  severity: number,
  level: Float32Array,
  size: number,
  random: Stream,
  ambiguity: number,
) {
  const disorder = sigmoid(0.9 * severity);
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const blotches = fractalField(random, size, 5, 3);
  const mesh = smoothField(random, size, 44);
  const fade = smoothField(random, size, 3);
  const speckle = fractalField(random, size, 16, 2);
  return plane(size, (x, y, i) => {
    const freckles = 0.05 + 0.025 * speckle[i]!;
    if (level[i]! > 1.2) return freckles;
    const band = 0.085 * ambiguity * Math.exp(0.5 * fade[i]!);
    const inside = sigmoid(-level[i]! / band);
    const lopsided = 1.6 * ((x - 0.5) * cos + (y - 0.5) * sin) * disorder;
    const network = 0.3 * (1 - 0.6 * disorder) * (Math.exp(-((mesh[i]! / 0.45) ** 2)) - 0.4);
    const density =
      0.75 -
      0.12 * level[i]! +
      0.1 * speckle[i]! +
      network +
      (0.08 + 0.3 * disorder) * blotches[i]! +
      lopsided;
    return freckles + inside * pigment * Math.max(0.12, Math.min(1.9, density));
  });
}

/** Round spots of deep pigment, which looks blue-grey, in the middle of the lesion. */
function globules(
  { x, y, diameter }: Patient,
  size: number,
  { count, random }: NonNullable<PaintOptions['signs']>,
): Float32Array {
  const layer = new Float32Array(size * size);
  for (let k = 0; k < count; k++) {
    const [angle, out] = [random.uniform(0, 2 * Math.PI), 0.3 * diameter * Math.sqrt(random.uniform())];
    const at = {
      x: x + out * Math.cos(angle),
      y: y + out * Math.sin(angle),
      width: random.uniform(0.03, 0.05),
    };
    stroke(layer, size, [at, at], random.uniform(0.7, 0.95));
  }
  return layer;
}

const BLUE_GREY = [0.4, 0.46, 0.57];

/** Uneven light: brighter to one side, darker to the rim, and black outside the tube in one picture of five. */
function lightOf(random: Stream, size: number): Float32Array {
  const [gx, gy] = [random.normal(0, 0.12), random.normal(0, 0.12)];
  const rim = random.uniform(0.1, 0.4);
  const tube = random.chance(0.2) ? random.uniform(0.6, 0.66) : 2;
  return plane(size, (x, y) => {
    const out = Math.hypot(x - 0.5, y - 0.5);
    return (1.04 + gx * (x - 0.5) + gy * (y - 0.5) - rim * out * out) * sigmoid((tube - out) / 0.008);
  });
}

function hairsOf({ hairs }: Patient, size: number, random: Stream): Float32Array {
  const layer = new Float32Array(size * size);
  const comb = random.uniform(0, Math.PI);
  for (let k = 0; k < hairs; k++) {
    let heading = comb + random.normal(0, 0.5);
    const bend = random.normal(0, 0.9);
    const length = random.uniform(0.3, 1.1);
    const width = random.uniform(0.004, 0.011);
    let x = random.uniform(-0.1, 1.1) - 0.5 * length * Math.cos(heading);
    let y = random.uniform(-0.1, 1.1) - 0.5 * length * Math.sin(heading);
    const points: Point[] = [];
    for (let way = 0; way <= length; way += 0.04) {
      points.push({ x, y, width: width * Math.min(1, 0.1 + 3 * (1 - way / length)) });
      heading += 0.04 * bend;
      x += 0.04 * Math.cos(heading);
      y += 0.04 * Math.sin(heading);
    }
    stroke(layer, size, points, random.uniform(0.5, 0.95));
  }
  return layer;
}
