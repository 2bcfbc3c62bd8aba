import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '@diff/datasets';
import { expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { openImages } from './open-images.js';

it('takes every picture of a folder, whichever of them annotations are of', async () => {
  const root = await emptyFolder();
  const picture = { width: 8, height: 6, channels: 1, data: new Float32Array(48) };
  for (const name of ['a', 'b']) await writeFile(join(root, `${name}.png`), await encodePng(picture));
  const shapes = [
    {
      label: 'x',
      points: [
        [1, 1],
        [4, 1],
        [4, 4],
      ],
    },
  ];
  await writeFile(join(root, 'a.json'), JSON.stringify({ shapes, imagePath: 'a.png' }));
  const dataset = await openImages([root], {}, 1);
  expect(dataset.entries.map(({ id }) => id)).toEqual(['a', 'b']);
});
