import { expect, test } from 'vitest';
import { closeUp, disputedPixels, panelOf, YOU } from './panel.js';

const grid = (...rows: string[]) => Uint8Array.from(rows.join(''), Number);
const [cup, disc] = [grid('00000', '01000', '00000', '00000'), grid('00000', '01110', '01110', '00000')];
const image = { data: new Float32Array(0), width: 5, height: 4, channels: 0 };
const one = { id: 'eye', image, annotations: { disc: { R1: disc, R2: cup }, cup: { R1: cup } } };

test('the innermost structure is shown unless another is wanted that there is', () => {
  expect(panelOf(one, '', []).structure).toBe('cup');
  expect(panelOf(one, 'disc', []).structure).toBe('disc');
  expect(panelOf(one, 'nodule', []).structure).toBe('cup');
});

test('raters are left out by name, and a visitor is one once something is drawn', () => {
  const heard = (without: string[], drawn?: Uint8Array) =>
    panelOf(one, 'disc', without, drawn).raters.map(({ name, isIn }) => `${name} ${isIn}`);
  expect(heard(['R2'])).toEqual(['R1 true', 'R2 false']);
  expect(heard([], cup)).toEqual(['R1 true', 'R2 true', `${YOU} true`]);
  expect(heard([], new Uint8Array(20))).toEqual(['R1 true', 'R2 true']);
});

test('a close-up is a square around the outlines within the image, whatever the visitor draws', () => {
  const panel = panelOf(one, 'disc', [], grid('11111', '11111', '11111', '11111'));
  // 3 × 2 pixels, of which the longer side with its margins would be 5.1.
  expect(closeUp(panel)).toEqual({ left: 0, top: 0, width: 5, height: 4 });
  const wide = { ...image, width: 20, height: 10 };
  const mask = new Uint8Array(200);
  mask.fill(1, 43, 47);
  const far = panelOf({ id: 'far', image: wide, annotations: { cup: { R1: mask } } }, '', []);
  expect(closeUp(far)).toEqual({ left: 2, top: 0, width: 7, height: 7 });
  const none = panelOf(
    { id: 'none', image: wide, annotations: { cup: { R1: new Uint8Array(200) } } },
    '',
    [],
  );
  expect(closeUp(none)).toEqual({ left: 0, top: 0, width: 20, height: 10 });
});

test('disputed is where not all say the same', () => {
  expect(disputedPixels([cup, disc, disc])).toEqual([7, 8, 11, 12, 13]);
  expect(disputedPixels([cup, cup])).toEqual([]);
});
