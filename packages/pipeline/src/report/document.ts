import { createHash } from 'node:crypto';
import { explanations } from './glossary.js';
import { type Content, Html, html } from './html.js';
import { style } from './style.js';

/** A whole HTML document that needs nothing but itself; of scripts it allows the one that it is given. */
export function documentOf(
  title: string,
  { about, body, script }: { about: Content; body: Content; script?: string },
): string {
  const hash = script && ` script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'${hash && new Html(`;${hash}`)}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="quiet">${about}</p>
</header>
<main>
${body}</main>
${explanations()}
${script && html`<script>${new Html(script)}</script>`}
</body>
</html>
`.markup;
}

/** A part of the page, by its id, title and content. */
export type Section = [id: string, title: string, content: Content];

/** Sections after links to them. */
export const sectioned = (sections: readonly Section[]): Html =>
  html`<nav aria-label="Contents"><ul>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${sections.map(
  ([id, name, content]) => html`<section aria-labelledby="${id}"><h2 id="${id}">${name}</h2>
${content}</section>
`,
)}`;
