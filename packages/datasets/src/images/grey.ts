import type { Image } from '../dataset/case.js';

/** The image in one channel: as it is, or its luma (0.299 R + 0.587 G + 0.114 B). */
export function grey(image: Image): Image {
  if (image.channels === 1) return image;
  const data = new Float32Array(image.width * image.height);
  for (let i = 0; i < data.length; i++) {
    const [r, g, b] = image.data.subarray(3 * i, 3 * i + 3);
    data[i] = 0.299 * r! + 0.587 * g! + 0.114 * b!;
  }
  return { ...image, data, channels: 1 };
}
