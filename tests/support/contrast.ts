import type { Page } from 'playwright-core';

/** A text of a page with less contrast to what is behind it than WCAG 2.2 asks for (1.4.3). */
export interface Faint {
  text: string;
  ratio: number;
  expected: number;
}

/**
 * Measures the contrast of every text that a page shows, in light and in dark: (L₁ + 0.05) / (L₂ + 0.05) of the relative
 * luminances, 4.5 for text and 3 for large text. What is disabled is exempt, as in WCAG.
 *
 * @returns How many texts were measured, and those that are too faint.
 */
export async function measureContrast(page: Page): Promise<{ measured: number; faint: Faint[] }> {
  let measured = 0;
  const faint: Faint[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const texts = await page.evaluate(contrasts);
    measured += texts.length;
    faint.push(...texts.filter(({ ratio, expected }) => ratio < expected));
  }
  return { measured, faint };
}

/** Runs in the page, and so uses nothing from outside of it. */
function contrasts(): Faint[] {
  type Colour = [red: number, green: number, blue: number, opacity: number];
  const parse = (colour: string): Colour => {
    if (!/^rgba?\(/.test(colour)) throw new Error(`the colour ${colour} is not one that is measured`);
    const values = colour.match(/[\d.]+/g)!.map(Number);
    return [values[0]!, values[1]!, values[2]!, values[3] ?? 1];
  };
  const over = ([r, g, b, opacity]: Colour, [R, G, B]: Colour): Colour => {
    const mix = (top: number, under: number) => top * opacity + under * (1 - opacity);
    return [mix(r, R), mix(g, G), mix(b, B), 1];
  };
  const luminance = (colour: Colour): number => {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  /** What is behind an element's text: the backgrounds of all that it is in, the outermost first. */
  const behind = (element: Element): Colour => {
    const under = element.parentElement ? behind(element.parentElement) : parse('rgb(255, 255, 255)');
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    if (backgroundImage !== 'none') throw new Error(`the background ${backgroundImage} is not measured`);
    return over(parse(backgroundColor), under);
  };
  const opacityOf = (element: Element | null): number =>
    element ? Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement) : 1;

  const found: Faint[] = [];
  for (const element of Array.from(document.body.querySelectorAll<HTMLElement | SVGElement>('*'))) {
    const isField = element.matches('select, input:not([type=checkbox], [type=radio], [type=range])');
    const own = (Array.from(element.childNodes) as Node[])
      .map((node) => (node.nodeType === Node.TEXT_NODE ? node.nodeValue!.trim() : ''))
      .join('');
    const text = isField ? (element as HTMLInputElement).value : own;
    if (text === '' || element.matches('option, :disabled, :disabled *') || !element.checkVisibility())
      continue;
    const { color, fill, fontSize, fontWeight } = getComputedStyle(element);
    const under = behind(element);
    const [r, g, b, opacity] = parse(element instanceof SVGElement ? fill : color);
    const [one, other] = [over([r, g, b, opacity * opacityOf(element)], under), under].map(luminance);
    const ratio = (Math.max(one!, other!) + 0.05) / (Math.min(one!, other!) + 0.05);
    // Large is 18 points, or 14 points and bold.
    const points = Number.parseFloat(fontSize) * 0.75;
    const expected = points >= 18 || (points >= 14 && Number(fontWeight) >= 700) ? 3 : 4.5;
    found.push({ text: text.slice(0, 60), ratio, expected });
  }
  return found;
}
