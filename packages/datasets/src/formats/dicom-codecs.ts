import sharp from 'sharp';
import { messageOf } from '../dataset/problem.js';
import { codestreamSize } from './codestream-size.js';
import { decodeRle } from './dicom-rle.js';

/** What a frame holds, as its file says. */
export interface FrameFormat {
  width: number;
  height: number;
  /** 1 grey, 3 colour. */
  samples: number;
  /** Of a sample, as stored. */
  bits: 8 | 16;
  signed: boolean;
}

/** One frame's samples, little-endian, those of a pixel side by side. */
export type Decoder = (frame: Uint8Array, format: FrameFormat) => Promise<Uint8Array>;

/** How frames are compressed, by the transfer syntax. Sources: PS3.5 annex A. */
const DECODERS: Readonly<Record<string, { name: string; decode: Decoder; lossy?: true }>> = {
  '5': {
    name: 'RLE',
    decode: async (frame, { width, height, samples, bits }) =>
      decodeRle(frame, width * height, samples, bits === 8 ? 1 : 2),
  },
  '4.50': { name: 'JPEG baseline', decode: decodeJpeg, lossy: true },
  '4.51': { name: 'JPEG extended', decode: decodeJpeg, lossy: true },
  '4.57': { name: 'JPEG lossless', decode: decodeLossless },
  '4.70': { name: 'JPEG lossless', decode: decodeLossless },
  '4.80': { name: 'JPEG-LS', decode: emscripten('@cornerstonejs/codec-charls', 'JpegLSDecoder') },
  '4.81': {
    name: 'JPEG-LS',
    decode: emscripten('@cornerstonejs/codec-charls', 'JpegLSDecoder'),
    lossy: true,
  },
  '4.90': { name: 'JPEG 2000', decode: emscripten('@cornerstonejs/codec-openjpeg', 'J2KDecoder') },
  '4.91': {
    name: 'JPEG 2000',
    decode: emscripten('@cornerstonejs/codec-openjpeg', 'J2KDecoder'),
    lossy: true,
  },
};

const PREFIX = '1.2.840.10008.1.2.';

/** The decoder of a transfer syntax. @throws Error where there is none. */
export function decoderOf(syntax: string): { decode: Decoder; lossy?: true } {
  const found = syntax.startsWith(PREFIX) ? DECODERS[syntax.slice(PREFIX.length)] : undefined;
  if (!found) throw new Error(`DICOM transfer syntax ${syntax} is not supported: decompress it`);
  const { name, decode, lossy } = found;
  return {
    ...(lossy && { lossy }),
    async decode(frame, format) {
      try {
        const { width, height, samples: count, bits } = format;
        const told = codestreamSize(frame);
        // Checked first: a decoder takes the memory that the stream asks for.
        if (told && (told.width !== width || told.height !== height))
          throw new Error(`${told.width}×${told.height} pixels, expected ${width}×${height}`);
        const samples = await decode(frame, format);
        const expected = (width * height * count * bits) / 8;
        if (samples.length !== expected) throw new Error(`${samples.length} bytes, expected ${expected}`);
        return samples;
      } catch (cause) {
        if (cause instanceof MissingPackage) throw cause;
        throw new Error(`a frame of ${name} that cannot be decoded (${messageOf(cause)})`, { cause });
      }
    },
  };
}

/** A package that a file needs and that is not installed. */
class MissingPackage extends Error {}

/** A package that is imported when a file needs it. */
async function optional(name: string): Promise<Record<string, unknown>> {
  try {
    return await import(name);
  } catch (cause) {
    throw new MissingPackage(`to read it, install ${name}: npm install ${name}`, { cause });
  }
}

async function decodeJpeg(
  frame: Uint8Array,
  { width, height, samples, bits }: FrameFormat,
): Promise<Uint8Array> {
  const stored = codestreamSize(frame)?.bits ?? bits;
  if (stored !== 8 || bits !== 8)
    throw new Error(`${stored} bits, expected 8: decompress it, with dcmdjpeg or gdcmconv --raw`);
  const { data, info } = await sharp(frame, { limitInputPixels: width * height, failOn: 'error' })
    .toColourspace(samples === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== width || info.height !== height) throw new Error(`${info.width}×${info.height} pixels`);
  return data;
}

async function decodeLossless(frame: Uint8Array): Promise<Uint8Array> {
  const { Decoder } = (await optional('jpeg-lossless-decoder-js')) as {
    Decoder: new () => { decompress(buffer: ArrayBuffer): ArrayBuffer };
  };
  return new Uint8Array(new Decoder().decompress(new Uint8Array(frame).buffer));
}

interface Emscripten {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; componentCount: number };
  decode(): void;
  delete(): void;
}

/** A decoder of cornerstone's, whose modules share one way to be called. */
function emscripten(name: string, decoderName: string): Decoder {
  let loading: Promise<Record<string, new () => Emscripten>> | undefined;
  return async (frame, { width, height, samples }) => {
    loading ??= optional(name).then((module) => {
      const factory = module.default as (options: object) => Promise<Record<string, new () => Emscripten>>;
      // What is wrong is thrown: standard output is the caller's.
      return factory({ print: () => {}, printErr: () => {} });
    });
    const module = await loading.catch((cause) => {
      loading = undefined;
      throw cause;
    });
    const decoder = new module[decoderName]!();
    try {
      decoder.getEncodedBuffer(frame.length).set(frame);
      decoder.decode();
      checkInfo(decoder.getFrameInfo(), { width, height, samples });
      return Uint8Array.from(decoder.getDecodedBuffer());
    } catch (cause) {
      // Emscripten throws addresses.
      throw typeof cause === 'number' ? new Error('damaged', { cause }) : cause;
    } finally {
      decoder.delete();
    }
  };
}

function checkInfo(
  info: { width: number; height: number; componentCount: number },
  { width, height, samples }: { width: number; height: number; samples: number },
): void {
  if (info.width !== width || info.height !== height || info.componentCount !== samples)
    throw new Error(
      `${info.width}×${info.height}×${info.componentCount}, expected ${width}×${height}×${samples}`,
    );
}
