import { describe, expect, it } from 'vitest';
import { type MultiRaterCase, toExamples } from './to-examples.js';

const image = { data: new Float32Array(2), height: 1, width: 2, channels: 1 };
const cases: MultiRaterCase[] = [
  {
    id: 'a',
    image,
    diagnosis: 1,
    annotations: {
      disc: { R1: Uint8Array.from([1, 1]), R2: Uint8Array.from([1, 0]) },
      cup: { R1: Uint8Array.from([0, 1]), R2: Float32Array.from([0.5, 0]) },
    },
  },
  {
    id: 'b',
    image,
    annotations: { disc: { R2: Uint8Array.from([0, 1]) }, cup: { R2: Uint8Array.from([0, 0]) } },
  },
];
const structures = ['cup', 'disc'];
const masks = async (...args: Parameters<typeof toExamples>) =>
  (await toExamples(...args)).map((example) => example.masks.map((mask) => [...mask]));

describe('toExamples', () => {
  it('averages the raters who are there, structures in the order given', async () => {
    expect(await masks(cases, { structures })).toEqual([
      [
        [0.25, 0.5],
        [1, 0.5],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    ]);
    expect((await toExamples(cases, { structures })).map(({ diagnosis }) => diagnosis)).toEqual([
      1,
      undefined,
    ]);
  });

  it('takes one rater, or what a function makes of them, in the order asked for', async () => {
    expect(await masks(cases, { structures: ['disc'], fuse: { rater: 'R2' } })).toEqual([[[1, 0]], [[0, 1]]]);
    const most = (raters: Record<string, ArrayLike<number>>) =>
      Uint8Array.from([Object.keys(raters).length, 0]);
    expect(await masks(cases, { structures: ['cup'], fuse: most })).toEqual([[[2, 0]], [[1, 0]]]);
  });

  it('names the case that lacks a mask, or leaves it out if told to', async () => {
    await expect(toExamples(cases, { structures, fuse: { rater: 'R1' } })).rejects.toThrow(
      'case "b" has no mask of cup by R1',
    );
    await expect(toExamples(cases, { structures: ['lens'] })).rejects.toThrow('case "a" has no mask of lens');
    expect(await masks(cases, { structures, fuse: { rater: 'R1' }, missing: 'skip' })).toHaveLength(1);
  });

  it("carries every rater's mask, in one order for all cases, null where one is missing", async () => {
    const [a, b] = await toExamples(cases, { structures, raters: 'all' });
    const { disc, cup } = cases[0]!.annotations;
    expect(a!.raters).toEqual([
      [cup!.R1, cup!.R2],
      [disc!.R1, disc!.R2],
    ]);
    expect(b!.raters).toEqual([
      [null, cases[1]!.annotations.cup!.R2],
      [null, cases[1]!.annotations.disc!.R2],
    ]);
    const [chosen] = await toExamples(cases, { structures: ['disc'], raters: ['R2', 'toString'] });
    expect(chosen!.raters).toEqual([[disc!.R2, null]]);
    expect((await toExamples(cases, { structures }))[0]).not.toHaveProperty('raters');
  });

  it('takes no name for a structure or rater that every object has', async () => {
    await expect(toExamples(cases, { structures, fuse: { rater: 'constructor' } })).rejects.toThrow(
      'toExamples: case "a" has no mask of cup by constructor',
    );
    await expect(toExamples(cases, { structures: ['toString'] })).rejects.toThrow(
      'toExamples: case "a" has no mask of toString',
    );
  });

  it('refuses names that can be none', async () => {
    const refused = (options: object) => expect(toExamples(cases, options)).rejects;
    await refused({ structures: [] }).toThrow(
      'toExamples: structures is an empty list, expected a list of names',
    );
    await refused({ structures: 'disc' }).toThrow('structures is "disc", expected a list of names');
    await refused({ structures: ['cup', 'cup'] }).toThrow(
      'structures has "cup" twice, expected each name once',
    );
    await refused({ raters: 'everybody' }).toThrow(
      'raters is "everybody", expected \'all\' or a list of names',
    );
    await refused({ raters: [1] }).toThrow(TypeError);
    await refused({ raters: [] }).toThrow("raters is an empty list, expected 'all' or a list of names");
    await refused({ structures, raters: ['R3', 'anna'] }).toThrow(
      'raters is "R3, anna", expected some of R1, R2',
    );
  });

  it('does not guess the order of several structures, and needs none for one', async () => {
    await expect(toExamples(cases)).rejects.toThrow(
      "toExamples: structures is missing, expected structures: ['disc', 'cup'], in the order of the network's channels",
    );
    const one = cases.map((c) => ({ ...c, annotations: { disc: c.annotations.disc! } }));
    expect(await masks(one)).toEqual([[[1, 0.5]], [[0, 1]]]);
  });

  it('makes no example of a case that nobody outlined', async () => {
    const bare: MultiRaterCase = { id: 'bare', image, annotations: {} };
    await expect(toExamples([bare, ...cases])).rejects.toThrow('toExamples: case "bare" has no mask');
    const [first] = await toExamples([bare, ...cases], { structures, missing: 'skip', raters: 'all' });
    expect(first).toMatchObject({
      id: 'a',
      raters: [
        [{}, {}],
        [{}, {}],
      ],
    });
  });
});
