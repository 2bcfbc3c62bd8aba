import { describe, expect, it } from 'vitest';
import { style } from './style.js';

const variables = (block: string) =>
  Object.fromEntries(
    Array.from(block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g), ([, name, colour]) => [name!, colour!]),
  );
const [light, dark] = style.split('prefers-color-scheme: dark').map((part) => part.split('}')[0]!) as [
  string,
  string,
];

const luminance = (colour: string) =>
  [0.2126, 0.7152, 0.0722].reduce((sum, share, k) => {
    const level = Number.parseInt(colour.slice(1 + 2 * k, 3 + 2 * k), 16) / 255;
    return sum + share * (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);
  }, 0);
const contrast = (a: string, b: string) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

describe.each([
  ['light', variables(light)],
  ['dark', variables(dark)],
])('the %s colours', (_, colours) => {
  it('give text a contrast of 4.5 and what is drawn one of 3, on every ground (WCAG 2.2, AA)', () => {
    const { surface, raised, line, ...inks } = colours;
    expect(Object.keys(inks).length).toBeGreaterThan(10);
    for (const ground of [surface!, raised!])
      for (const [name, ink] of Object.entries(inks))
        expect([name, contrast(ink, ground) >= (/^(ink|quiet|link)$/.test(name) ? 4.5 : 3)]).toEqual([
          name,
          true,
        ]);
  });
});
