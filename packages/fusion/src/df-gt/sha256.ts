/** The SHA-256 of bytes, as hexadecimal. Browsers have it on pages that came over a secure connection. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.crypto?.subtle)
    throw new Error(
      'checksums and the keys of a cache need a page that is served by https or from localhost',
    );
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
