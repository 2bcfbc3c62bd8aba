/** The addresses of the engine's files, by their names. */
export type WasmFiles = Record<
  'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm',
  string
>;

/**
 * Finds, in a browser, the `.wasm` files of `@tensorflow/tfjs-backend-wasm`: where a bundler has put them, or beside
 * this package. `undefined` where they are in neither place: the engine then looks beside the page.
 */
export async function findWasmFiles(version: string): Promise<WasmFiles | undefined> {
  const files = bundled();
  for (const found of [files, beside(files['tfjs-backend-wasm-simd.wasm'], version)])
    if (found && (await serves(found['tfjs-backend-wasm-simd.wasm']))) return found;
  return undefined;
}

/**
 * Vite and webpack know this form, each word of it: they copy the files and put in their addresses. Elsewhere, and while
 * Vite serves a page that is being worked on, these are addresses in the folder of this module, where no files are.
 */
function bundled(): WasmFiles {
  return {
    'tfjs-backend-wasm.wasm': new URL(
      '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
      import.meta.url,
    ).href,
    'tfjs-backend-wasm-simd.wasm': new URL(
      '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
      import.meta.url,
    ).href,
    'tfjs-backend-wasm-threaded-simd.wasm': new URL(
      '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm',
      import.meta.url,
    ).href,
  };
}

/**
 * The files in the engine's own package, whose folder lies beside that of this one in `node_modules` and on a CDN, where
 * the folders carry versions: from `https://unpkg.com/@diff/backend@0.1.0/dist/…` follows
 * `https://unpkg.com/@tensorflow/tfjs-backend-wasm@4.22.0/dist/`.
 */
export function beside(address: string, version: string): WasmFiles | undefined {
  const [, modules, ours] = /^(https?:.*\/)@diff\/backend(@[^/]*)?\//.exec(address) ?? [];
  if (!modules) return undefined;
  const folder = `${modules}@tensorflow/tfjs-backend-wasm${ours ? `@${version}` : ''}/dist/`;
  return {
    'tfjs-backend-wasm.wasm': `${folder}tfjs-backend-wasm.wasm`,
    'tfjs-backend-wasm-simd.wasm': `${folder}tfjs-backend-wasm-simd.wasm`,
    'tfjs-backend-wasm-threaded-simd.wasm': `${folder}tfjs-backend-wasm-threaded-simd.wasm`,
  };
}

async function serves(address: string): Promise<boolean> {
  if (/^(data|blob):/.test(address)) return true;
  try {
    const { ok, headers } = await fetch(address, { method: 'HEAD' });
    // Servers of single-page apps answer whatever they do not have with their page.
    return ok && !headers.get('content-type')?.startsWith('text/html');
  } catch {
    return false;
  }
}
