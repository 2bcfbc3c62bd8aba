import { expect, test } from 'vitest';
import { parseXml } from './xml.js';

test('XML that declares entities is refused, whether they are a bomb or lead to a file', () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
    '',
  );
  const bomb = `<?xml version="1.0"?><!DOCTYPE case [<!ENTITY l0 "ha">${laughs}]><case>&l9;</case>`;
  const theft = '<!DOCTYPE case [<!ENTITY f SYSTEM "file:///etc/passwd">]><case>&f;</case>';
  for (const text of [bomb, theft]) expect(() => parseXml(text, [])).toThrow('document type declaration');
  expect(() => parseXml('<case><a></case>', [])).toThrow('XML not well-formed');
  expect(parseXml('<case><n>007</n><m>1</m></case>', ['m'])).toEqual({ case: { n: '007', m: ['1'] } });
});
