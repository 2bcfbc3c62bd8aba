import type { Ring } from '../images/fill-rings.js';
import { type AnnotatedImage, leftOut } from './shape.js';
import { type Fields, fieldsOf, integerOf, isFields, listOf, ringOf, textOf } from './values.js';

export const LIDC_LISTS = ['readingSession', 'unblindedReadNodule', 'roi', 'edgeMap'];

export const isLidcXml = (xml: Fields): boolean => isFields(xml.LidcReadMessage);

/**
 * The XML of LIDC-IDRI: one file per series with all readers, `1`, `2`, … in its order, each of whom looked at every image. An image is named by
 * its SOP instance UID. An outline goes through the first pixels outside the nodule, which are not part of it; one with
 * inclusion FALSE is a hole. Nodules below 3 mm are marked by a point, which encloses nothing.
 */
export function readLidcXml(xml: Fields): AnnotatedImage[] {
  const sessions = listOf(
    fieldsOf(xml.LidcReadMessage, '<LidcReadMessage>').readingSession ?? [],
    'readingSession',
  );
  const raters = sessions.map((_, k) => String(k + 1));
  const images = new Map<string, AnnotatedImage & { points: number }>();
  sessions.forEach((one, k) => {
    const nodules = listOf(
      fieldsOf(one, `readingSession ${k + 1}`).unblindedReadNodule ?? [],
      'unblindedReadNodule',
    );
    nodules.forEach((nodule, n) => {
      const where = `readingSession ${k + 1}, nodule ${n + 1}`;
      // A nodule may have several outlines in one image, of which some are holes.
      const rings = new Map<string, Ring[]>();
      listOf(fieldsOf(nodule, where).roi ?? [], `${where}: roi`).forEach((roi, r) => {
        const what = `${where}, roi ${r + 1}`;
        const { imageSOP_UID, edgeMap } = fieldsOf(roi, what);
        const name = textOf(imageSOP_UID, `${what}: imageSOP_UID`);
        const image = images.get(name) ?? { name, shapes: [], raters, notes: [], points: 0 };
        images.set(name, image);
        const corners = listOf(edgeMap ?? [], `${what}: edgeMap`).map((edge, e) => {
          const { xCoord, yCoord } = fieldsOf(edge, `${what}, edge ${e + 1}`);
          return [integerOf(xCoord, `${what}, xCoord`), integerOf(yCoord, `${what}, yCoord`)];
        });
        if (corners.length < 3) image.points++;
        else rings.set(name, [...(rings.get(name) ?? []), ringOf(corners, what)]);
      });
      for (const [name, parts] of rings)
        images
          .get(name)!
          .shapes.push({ label: 'nodule', rater: raters[k]!, area: { parts: [parts], grid: 'around' } });
    });
  });
  return [...images.values()].map(({ points, ...image }) => ({
    ...image,
    notes: leftOut(points, 'nodules marked by a point, which encloses nothing'),
  }));
}
