import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('@diff/fusion is made of its own files alone: no TensorFlow.js, no dependency, nothing of node', async () => {
  const here = dirname(fileURLToPath(import.meta.url));
  const { metafile } = await build({
    entryPoints: [join(here, 'index.ts')],
    absWorkingDir: here,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain('staple.ts');
  expect(
    inputs.filter((path) => !/^((votes|em|geometry)\/|\.\.\/\.\.\/checks\/src\/)?[\w-]+\.ts$/.test(path)),
  ).toEqual([]);
});
