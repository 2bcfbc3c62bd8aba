import { expect, it } from 'vitest';
import { Html, html } from './html.js';

it('escapes what comes from data, in text and in attributes', () => {
  const hostile = `<img src=x onerror="alert('1')"> & more`;
  const { markup } = html`<p title="${hostile}">${hostile}</p>`;
  expect(markup.match(/[<>"']/g)).toEqual(['<', '"', '"', '>', '<', '>']);
  expect(markup).toContain('&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62; &#38; more');
});

it('keeps markup, joins lists, and leaves nothing for undefined and false', () => {
  const items = ['a', 'b'].map((name) => html`<li>${name}</li>`);
  expect(html`<ul>${items}</ul>${undefined}${false}${new Html('<br>')}${0}`.markup).toBe(
    '<ul><li>a</li><li>b</li></ul><br>0',
  );
});
