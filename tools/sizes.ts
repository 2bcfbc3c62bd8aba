import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bytes of every export of a package imported alone: bundled, minified and compressed as size-limit does it. */
export async function sizesOf(name: string): Promise<Map<string, number>> {
  const names = Object.keys((await import(name)) as object);
  const sizes = await Promise.all(
    names.map(async (each): Promise<[string, number]> => {
      const { outputFiles } = await build({
        stdin: { contents: `export { ${each} } from '${name}'`, resolveDir: import.meta.dirname },
        bundle: true,
        write: false,
        minify: true,
        format: 'esm',
        target: 'es2022',
        platform: 'neutral',
        conditions: ['@diff/source'],
      });
      return [each, brotliCompressSync(outputFiles[0]!.contents).length];
    }),
  );
  return new Map(sizes.sort(([, a], [, b]) => b - a));
}

if (process.argv[1] === import.meta.filename) {
  for (const [name, bytes] of await sizesOf(process.argv[2] ?? '@diff/metrics'))
    console.log(`${(bytes / 1000).toFixed(2).padStart(6)} kB  ${name}`);
}
