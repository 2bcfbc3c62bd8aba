import type { Case } from '@diff/datasets/phantom';
import { meanVote } from '@diff/fusion';
import sharp from 'sharp';
import type { FitState } from '../src/diagnosis/fit.js';
import { named, signed } from '../src/diagnosis/verdict.js';
import { COOL, WARM } from '../src/drawing/colours.js';
import { outlineOf } from '../src/drawing/outline.js';
import { closeUp, disputedPixels, panelOf } from '../src/panel.js';

export const [WIDTH, HEIGHT] = [800, 420];
const BACKGROUND = [21, 23, 28] as const;
const [TEXT, FAINT] = ['#ececec', '#a3a8b3'];
const LINES = [
  { colour: '#ffb454', dash: '' },
  { colour: '#7ab8ff', dash: '6 4' },
] as const;

/** One fusion: what it was told, and its states up to now. */
export interface Telling {
  diagnosis: 0 | 1;
  states: readonly FitState[];
}

/** Draws a case and the fusions of it, of which the last is under way; as red, green and blue. */
export function painter(one: Case, structure: string, all: readonly Telling[]) {
  const panel = panelOf(one, structure, []);
  const masks = panel.raters.map(({ mask }) => mask);
  const view = closeUp(panel);
  const disputed = disputedPixels(masks);
  const vote = meanVote(masks);
  const { width, height, data, channels } = one.image;
  const everything = all.flatMap(({ states }) => states);

  return async function paint(tellings: readonly Telling[]): Promise<Buffer> {
    const pixels = Buffer.from(Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => BACKGROUND[i % 3]!));
    const over: string[] = [];
    const { diagnosis, states } = tellings.at(-1)!;
    const state = states.at(-1)!;

    write(
      21,
      34,
      `Diagnosis-first fusion: told “${named(diagnosis)}”, ${diagnosis === one.diagnosis ? 'the truth' : 'which is wrong'}`,
      19,
      TEXT,
    );
    write(779, 34, `step ${state.step}`, 15, FAINT, 'end');
    panel.raters.forEach(({ name, mask }, r) => {
      const weights = state.expertness[name]!;
      const shown = new Float32Array(weights.length);
      for (const i of disputed) shown[i] = Math.min(1, (weights[i]! * masks.length) / 2);
      const share = disputed.reduce((sum, i) => sum + weights[i]!, 0) / disputed.length;
      tile(21 + 110 * r, 50, 98, shown, COOL, outlineOf(mask, width, height));
      write(21 + 110 * r, 165, name, 13, TEXT);
      write(119 + 110 * r, 165, `${(100 * share).toFixed(0)} %`, 13, FAINT, 'end');
    });
    write(21, 187, 'Whom it follows where raters differ (violet), and each one’s outline', 13, FAINT);
    const halves = [
      ['mean vote', vote],
      ['fused label', state.fused[structure]!],
    ] as const;
    halves.forEach(([name, map], k) => {
      tile(21 + 164 * k, 206, 152, map, WARM, outlineOf(map, width, height));
      write(21 + 164 * k, 378, name, 13, FAINT);
    });
    chart(382, 'logit of the diagnosis network', ({ logit }) => logit);
    chart(602, 'objective', ({ objective }) => objective);
    const verdict = `The network says ${named(state.logit > 0 ? 1 : 0)} (${signed(state.logit)})`;
    write(21, 404, verdict, 15, TEXT);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="DejaVu Sans, sans-serif">${over.join('')}</svg>`;
    const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
    return sharp(pixels, { raw })
      .composite([{ input: Buffer.from(svg) }])
      .removeAlpha()
      .raw()
      .toBuffer();

    function write(x: number, y: number, text: string, size: number, colour: string, anchor = 'start') {
      over.push(
        `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" text-anchor="${anchor}">${text}</text>`,
      );
    }

    /** The picture under a map of values in [0, 1], which are the opacity of its colour, and an outline. */
    function tile(
      left: number,
      top: number,
      side: number,
      map: ArrayLike<number>,
      colour: readonly number[],
      ends: Float32Array,
    ) {
      const scale = side / view.width;
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
          const from = (view.top + Math.floor(y / scale)) * width + view.left + Math.floor(x / scale);
          const share = 0.72 * map[from]!;
          for (let c = 0; c < 3; c++)
            pixels[3 * ((top + y) * WIDTH + left + x) + c] =
              190 * data[from * channels + (channels === 3 ? c : 0)]! * (1 - share) + colour[c]! * share;
        }
      const at = (value: number, k: number) =>
        (k % 2 ? top + (value - view.top) * scale : left + (value - view.left) * scale).toFixed(1);
      const runs = Array.from({ length: ends.length / 4 }, (_, k) =>
        Array.from(ends.subarray(4 * k, 4 * k + 4), at),
      );
      over.push(
        `<path d="${runs.map(([x, y, u, v]) => `M${x} ${y}L${u} ${v}`).join('')}" stroke="#fff" stroke-width="1.5"/>`,
      );
    }

    /** A value of every fusion by step. */
    function chart(left: number, title: string, of: (state: FitState) => number) {
      const values = everything.map(of);
      const [low, high] = [Math.min(0, ...values), Math.max(...values)];
      const last = Math.max(...everything.map(({ step }) => step));
      const [wide, top, high_] = [177, 214, 138];
      const x = (step: number) => left + (wide * step) / last;
      const y = (value: number) => top + high_ * (1 - (value - low) / (high - low));
      over.push(`<path d="M${left} ${y(0)}h${wide}" stroke="#555b66"/>`);
      if (low < 0) {
        write(left + wide, y(0) - 5, 'ill', 11, FAINT, 'end');
        write(left + wide, y(0) + 14, 'healthy', 11, FAINT, 'end');
      }
      tellings.forEach(({ states }, k) => {
        const path = states.map(
          (one, i) => `${i ? 'L' : 'M'}${x(one.step).toFixed(1)} ${y(of(one)).toFixed(1)}`,
        );
        const { colour, dash } = LINES[k]!;
        over.push(
          `<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/>`,
        );
        const end = states.at(-1)!;
        if (k === tellings.length - 1)
          over.push(`<circle cx="${x(end.step)}" cy="${y(of(end))}" r="4" fill="${colour}"/>`);
      });
      write(left, 378, title, 13, FAINT);
    }
  };
}
