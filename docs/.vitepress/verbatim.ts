import type { MarkdownRenderer } from 'vitepress';

/** Text stays text: Vue takes nothing in it for an expression. (Code that is fenced or in a sentence VitePress keeps from Vue.) */
export function verbatim(md: MarkdownRenderer): void {
  const { text } = md.renderer.rules;
  md.renderer.rules.text = (...given) => text!(...given).replaceAll('{{', '&#123;&#123;');
  // Code by indentation is shown as other code is.
  md.renderer.rules.code_block = (tokens, at, ...rest) => {
    tokens[at]!.info = 'text';
    return md.renderer.rules.fence!(tokens, at, ...rest);
  };
}
