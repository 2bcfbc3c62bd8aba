import { randomStream } from '@diff/train';
import { expect, it } from 'vitest';
import { graphOf, minimumCut } from './max-flow.js';

it('minimumCut has the value of the least of all cuts, and gives one that has it', () => {
  for (let trial = 0; trial < 60; trial++) {
    const random = randomStream(7, trial);
    const nodes = 3 + random.integer(6);
    const count = nodes + random.integer(12);
    const draw = () => Int32Array.from({ length: count }, () => random.integer(nodes));
    const [from, to] = [draw(), draw()];
    for (let i = 0; i < count; i++) if (from[i] === to[i]) to[i] = (from[i]! + 1) % nodes;
    const capacities = () =>
      Float64Array.from({ length: count }, () => random.integer(5) + (trial % 2 ? random.uniform() : 0));
    const [forwards, backwards] = [capacities(), capacities()];
    const cost = (side: (node: number) => number) => {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const [a, b] = [side(from[i]!), side(to[i]!)];
        if (a && !b) sum += forwards[i]!;
        if (b && !a) sum += backwards[i]!;
      }
      return sum;
    };
    let least = Infinity;
    // Node 0 is the source, node 1 the sink; the others go either way.
    for (let choice = 0; choice < 2 ** (nodes - 2); choice++)
      least = Math.min(
        least,
        cost((node) => (node < 2 ? 1 - node : (choice >> (node - 2)) & 1)),
      );
    const { side, value } = minimumCut(graphOf(nodes, { from, to, forwards, backwards }), 0, 1);
    expect(value).toBeCloseTo(least, 6);
    expect([side[0], side[1]]).toEqual([1, 0]);
    expect(cost((node) => side[node]!)).toBeCloseTo(least, 6);
  }
});
