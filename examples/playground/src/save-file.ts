/** Hands a visitor a file. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Text or bytes as a file. */
export const blobOf = (content: string | Uint8Array) =>
  new Blob([content as string | Uint8Array<ArrayBuffer>]);
