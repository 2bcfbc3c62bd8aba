/** Reads the files of a folder, by their paths in it: from the disk in Node, else (or for a URL) over the network. */
export function reader(folder: string | URL): (path: string) => Promise<Uint8Array> {
  const text = String(folder).replace(/\/*$/, '/');
  const inNode = !!(globalThis as { process?: NodeJS.Process }).process?.versions?.node;
  if (/^https?:/.test(text) || !inNode) return (path) => download(text, path);
  return async (path) => {
    // Asked for at run time, so that bundlers for browsers do not look for it.
    const fs = 'node:fs/promises';
    const { readFile } = (await import(
      /* webpackIgnore: true */ /* @vite-ignore */ fs
    )) as typeof import('node:fs/promises');
    const from = text.startsWith('file:') ? new URL(encoded(path), text) : text + path;
    return readFile(from).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new Error(`there is no ${text}${path}`, { cause: error });
      throw error;
    });
  };
}

const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/');

async function download(folder: string, path: string): Promise<Uint8Array> {
  const url = folder + encoded(path);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}
