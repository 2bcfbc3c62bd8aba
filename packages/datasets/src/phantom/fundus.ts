import type { Stream } from '../dataset/stream.js';
import { type Anatomy, type FundusView, type Hand, type PaintOptions, stillHand } from './anatomy.js';
import { boxOf, type Contour, combined, harmonics, levelOf, polarContour, stretched } from './contour.js';
import { imageOf, type Point, paintedSize, plane, sigmoid, stroke, vesselTree } from './picture.js';
import { fractalField, gaussianBlurred, grain, smoothField } from './texture.js';

interface Patient {
  view: FundusView;
  /** Middle of the disc, in sides of the image. */
  x: number;
  y: number;
  /** Side of the image in disc diameters. */
  side: number;
  /** Where temporal is: 1 right (a left eye), −1 left. */
  temporal: 1 | -1;
  /** Width to height of the disc, and of the cup. */
  discWidth: number;
  cupWidth: number;
  tilt: number;
  discBumps: Float64Array;
  cupBumps: Float64Array;
  /** Where in the rim's slack the cup sits. */
  cupX: number;
  cupY: number;
  /** Pigment of the fundus, in [0, 1]. */
  pigment: number;
}

/** Glaucoma eats the rim from within, above and below first: vertical diameter of the cup over that of the disc. */
const vcdr = (severity: number) => 0.15 + 0.77 * sigmoid(0.46 * severity - 0.04);

export const fundus: Anatomy<Patient> = {
  structures: ['disc', 'cup'],
  biomarker: { name: 'vCDR', of: vcdr },

  patient(random, view) {
    const temporal = random.chance(0.5) ? 1 : -1;
    const diameters = view === 'disc' ? random.uniform(1.75, 2.2) : random.uniform(7.2, 8);
    const offset = view === 'disc' ? 0 : (-temporal * 2) / diameters;
    return {
      view,
      temporal,
      side: diameters,
      x: 0.5 + offset + random.normal(0, 0.012),
      y: random.normal(0.5, 0.012),
      discWidth: random.uniform(0.86, 0.98),
      cupWidth: random.uniform(0.85, 1.05),
      tilt: random.normal(0, 0.15),
      discBumps: harmonics(random, 2, 5, 1.2),
      cupBumps: harmonics(random, 2, 6, 1),
      cupX: random.normal(0.25, 0.15) * temporal,
      cupY: random.normal(0, 0.12),
      pigment: random.uniform(),
    };
  },

  contours: (patient, severity, [disc, cup]) => outlines(patient, severity, disc!, cup!),

  paint: paintFundus,
};

/** The cup's height is exactly `vcdr(severity)` of the disc's, whoever draws it. */
function outlines(patient: Patient, severity: number, discHand: Hand, cupHand: Hand): Contour[] {
  const { x, y, side, tilt, discWidth, cupWidth } = patient;
  const radius = (0.5 / side) * Math.exp(discHand.margin);
  const ratio = vcdr(severity);
  const disc = stretched(
    polarContour(
      { x, y, rx: radius * discWidth, ry: radius, tilt },
      combined([0.015, patient.discBumps], [0.4, discHand.slow], [0.4, discHand.fast]),
    ),
    1,
    1,
    discHand.dx * radius,
    discHand.dy * radius,
  );
  const box = boxOf(disc);
  const height = box.bottom - box.top;
  const half = (ratio * height) / 2;
  const drawn = polarContour(
    {
      x: (box.left + box.right) / 2,
      y: (box.top + box.bottom) / 2,
      rx: half * discWidth * cupWidth,
      ry: half,
      tilt,
    },
    combined([0.03, patient.cupBumps], [1, cupHand.slow], [1, cupHand.fast]),
  );
  const drawnBox = boxOf(drawn);
  const scale = (2 * half) / (drawnBox.bottom - drawnBox.top);
  const slack = ((1 - ratio) * height) / 2;
  const limited = (shift: number) => 0.8 * slack * Math.tanh(shift);
  return [
    disc,
    stretched(drawn, scale, scale, limited(patient.cupX + cupHand.dx), limited(patient.cupY + cupHand.dy)),
  ];
}

type Colour = readonly [number, number, number];
const PALE_RETINA: Colour = [0.86, 0.5, 0.29];
const DARK_RETINA: Colour = [0.66, 0.31, 0.14];
const RIM: Colour = [0.93, 0.61, 0.37];
const CUP: Colour = [0.99, 0.86, 0.61];
const ATROPHY: Colour = [0.95, 0.72, 0.5];
const BLOOD: Colour = [0.36, 0.1, 0.09];
const VEIN: Colour = [0.66, 0.4, 0.45];
const ARTERY: Colour = [0.84, 0.58, 0.6];

function paintFundus(
  patient: Patient,
  severity: number,
  random: Stream,
  { size, ambiguity, signs }: PaintOptions,
) {
  const painted = paintedSize(size);
  const [disc, cup] = outlines(patient, severity, stillHand, stillHand);
  const discLevel = levelOf(disc!, painted);
  const cupLevel = levelOf(cup!, painted);
  const { veins, arteries, reflexes } = vessels(patient, severity, painted, random);
  const choroid = fractalField(random, painted, patient.view === 'disc' ? 5 : 10, 4);
  const fade = smoothField(random, painted, patient.view === 'disc' ? 4 : 12);
  const { light, macula, fibres } = lightOf(patient, painted, random);
  const atrophy = crescent(patient, discLevel, painted, random);
  const bleeding = signs && bleedings(patient, painted, signs);
  const pallor = random.uniform(-0.05, 0.04);
  const noise = grain(random, painted, 0.6);
  const onDisc = discLevel.map((level) => sigmoid(-level / 0.028));
  const inCup = cupLevel.map(
    (level, i) => onDisc[i]! * sigmoid(-level / (0.18 * ambiguity * Math.exp(0.4 * fade[i]!))),
  );
  const planes = [0, 1, 2].map((c) => {
    const retina = PALE_RETINA[c]! + patient.pigment * (DARK_RETINA[c]! - PALE_RETINA[c]!);
    const [grainy, spot] = [[0.05, 0.09, 0.13][c]!, [0.25, 0.35, 0.3][c]!];
    const scene = plane(painted, (_x, _y, i) => {
      let value = retina * (1 + grainy * choroid[i]!) * (1 - spot * macula[i]!) + 0.07 * fibres[i]!;
      value += atrophy[i]! * (ATROPHY[c]! - value);
      value += onDisc[i]! * (RIM[c]! + pallor + 0.02 * choroid[i]! - value);
      value += inCup[i]! * (CUP[c]! + 0.03 * choroid[i]! - value);
      value *= (1 - veins[i]! * (1 - VEIN[c]!)) * (1 - arteries[i]! * (1 - ARTERY[c]!));
      if (bleeding) value += bleeding[i]! * (BLOOD[c]! - value);
      return light[i]! * (value + 0.12 * reflexes[i]!);
    });
    return gaussianBlurred(scene, painted, painted / 230).map(
      (value, i) => value + light[i]! * 0.011 * noise[i]!,
    );
  });
  return imageOf(planes, painted, size);
}

/** Flame-shaped bleedings along the nerve fibres, a little way out from the disc. */
function bleedings(
  { view, x, y, side }: Patient,
  size: number,
  { count, random }: NonNullable<PaintOptions['signs']>,
): Float32Array {
  const layer = new Float32Array(size * size);
  const furthest = view === 'disc' ? 0.82 : 2.5;
  for (let k = 0; k < count; k++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const [from, length] = [random.uniform(0.64, furthest), random.uniform(0.04, 0.09)];
    const at = (out: number, width: number) => ({
      x: x + (out * Math.cos(angle)) / side,
      y: y + (out * Math.sin(angle)) / side,
      width: width / side,
    });
    stroke(layer, size, [at(from, 0.075), at(from + length, 0.05)], random.uniform(0.75, 0.95));
  }
  return layer;
}

/** Uneven light, the macula's dark spot, the glow of the nerve fibres above and below the disc. */
function lightOf({ view, x: cx, y: cy, side, temporal }: Patient, size: number, random: Stream) {
  const [gx, gy] = [random.normal(0, 0.16), random.normal(0, 0.16)];
  const falloff = random.uniform(0.15, 0.5);
  const level = random.uniform(0.88, 1.04);
  const glow = random.uniform(0.3, 1);
  const macula = new Float32Array(size * size);
  const fibres = new Float32Array(size * size);
  const light = plane(size, (x, y, i) => {
    const [u, w] = [(x - cx) * side * temporal, (y - cy) * side];
    const out = Math.hypot(u, w);
    macula[i] = Math.exp(-((u - 2.5) ** 2 + (w - 0.25) ** 2) / 0.45);
    const angle = Math.abs(Math.atan2(w, u));
    fibres[i] = glow * Math.exp(-(((angle - 1.25) / 0.4) ** 2) - (out - 0.5) / 0.8);
    const rim = Math.hypot(x - 0.5, y - 0.5);
    const shutter = view === 'disc' ? 1 : sigmoid((0.485 - rim) / 0.004);
    return shutter * level * (1 + gx * (x - 0.5) + gy * (y - 0.5) - falloff * rim * rim);
  });
  return { light, macula, fibres };
}

/** Peripapillary atrophy: a pale crescent on the temporal side, in one eye of three. */
function crescent(
  { x: cx, y: cy, temporal }: Patient,
  level: Float32Array,
  size: number,
  random: Stream,
): Float32Array {
  const strength = random.chance(0.35) ? random.uniform(0.3, 0.8) : 0.1;
  const width = random.uniform(0.05, 0.2);
  const turn = random.normal(0, 0.5);
  return plane(size, (x, y, i) => {
    if (level[i]! > 1) return 0;
    const towards = Math.cos(Math.atan2(y - cy, (x - cx) * temporal) - turn);
    return strength * Math.max(0, towards) * sigmoid((width * Math.max(0, towards) - level[i]!) / 0.025);
  });
}

/** Four arcades of an artery and a vein each, and small twigs; a deep cup pushes their trunk to the nose. */
function vessels({ view, x, y, side, temporal }: Patient, severity: number, size: number, random: Stream) {
  const [veins, arteries, reflexes] = [0, 1, 2].map(() => new Float32Array(size * size)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const reach = view === 'disc' ? 1.9 : 5;
  const trunk = { u: -0.05 - 0.06 * sigmoid(severity), w: random.normal(0, 0.03) };
  const calibre = random.uniform(0.85, 1.2);
  const draw = (layer: Float32Array, lines: Point[][], opacity: number, thinner = 1) => {
    for (const line of lines) {
      const onImage = line.map((p) => ({
        x: x + (temporal * p.x) / side,
        y: y + p.y / side,
        width: (thinner * p.width) / side,
      }));
      stroke(layer, size, onImage, opacity);
    }
  };
  const step = 0.07;
  for (const vertical of [-1, 1]) {
    for (const isTemporal of [true, false]) {
      for (const isVein of [true, false]) {
        const heading = vertical * (isTemporal ? random.normal(1.35, 0.15) : random.normal(2.1, 0.2));
        const bend = isTemporal ? -vertical * random.normal(0.55, 0.06) : vertical * random.normal(0.12, 0.1);
        const start = {
          x: trunk.u + random.normal(0, 0.03),
          y: trunk.w + vertical * random.uniform(0, 0.06),
        };
        const width = calibre * (isVein ? 0.088 : 0.064) * (isTemporal ? 1 : 0.85);
        const tree = vesselTree(
          random,
          { ...start, heading, bend, wander: 0.55, width, length: reach, forks: 3 },
          step,
        );
        draw(isVein ? veins : arteries, tree, isVein ? 0.92 : 0.85);
        draw(reflexes, tree, isVein ? 0.3 : 0.7, 0.3);
      }
    }
  }
  for (let k = 0; k < 6; k++) {
    const heading = random.uniform(-Math.PI, Math.PI);
    const start = {
      x: 0.2 * Math.cos(heading),
      y: 0.2 * Math.sin(heading),
      heading,
      bend: random.normal(0, 0.3),
      wander: 0.8,
    };
    draw(arteries, vesselTree(random, { ...start, width: 0.03, length: 0.5 * reach, forks: 1 }, step), 0.7);
  }
  return { veins, arteries, reflexes };
}
