import type { Example, Examples } from './example.js';

export async function fetchExamples(examples: Examples, indices: Iterable<number>): Promise<Example[]> {
  return Promise.all(
    Array.from(indices, async (index) => {
      const example = await examples.at(index);
      if (!example) throw new RangeError(`there is no example ${index} of ${examples.length}`);
      return example;
    }),
  );
}
