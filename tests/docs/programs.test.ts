import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { root } from '../support/chromium.js';
import { type Block, blocks } from '../support/pages.js';
import { expectPrinted } from '../support/printed.js';

/*
 * The programs that READMEs and guides show are compiled and run, from the built packages. A comment right before a block
 * says what the block itself does not:
 *
 *   <!-- given: declare const masks: Uint8Array[]; -->   what the reader has; the block is compiled, not run
 *   <!-- compiled: trains for an hour -->                compiled, not run
 *   <!-- unchecked: a sketch -->                         neither
 *
 * What a program prints stands under it, and is compared (tests/support/printed.ts).
 */
const isProgram = ({ language }: Block) => /^(ts|js)x?$/.test(language);
const programs = blocks.filter((block) => isProgram(block) && !block.comment.startsWith('unchecked:'));

mkdirSync(join(root, '.diff'), { recursive: true });
const folder = mkdtempSync(join(root, '.diff/docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fileOf = ({ page, line }: Block) => join(folder, `${page.replaceAll('/', '-')}-${line}.mts`);

test('programs compile under strict and noUncheckedIndexedAccess', () => {
  // Code stands on the line that it has in the page, so that an error names that line.
  for (const block of programs) {
    const given = block.comment.match(/^given:([\s\S]*)$/)?.[1] ?? '';
    const lines = '\n'.repeat(block.line - 1);
    writeFileSync(fileOf(block), `${lines}${block.code}\n${given}\nexport {};`);
  }
  const program = ts.createProgram(programs.map(fileOf), {
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    types: ['node'],
  });
  const errors = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const block = programs.find((one) => file && fileOf(one) === file.fileName);
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${block?.page ?? file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
  expect(errors).toEqual([]);
}, 240_000);

/** The first one of a package's README runs in packages.test.ts, from the packed package. */
const packed = (block: Block) =>
  block.page.startsWith('packages/') &&
  block === blocks.find(({ page, language }) => page === block.page && language === 'ts');
const toRun = programs.filter((block) => !block.comment && !packed(block));

test.each(toRun.map((block) => [`${block.page}:${block.line}`, block] as const))(
  '%s runs, and prints what the page shows',
  async (_, block) => {
    const { outputText } = ts.transpileModule(block.code, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    const path = fileOf(block).replace(/mts$/, 'mjs');
    writeFileSync(path, outputText);
    const { stdout } = await promisify(execFile)('node', [path], { cwd: folder });
    expectPrinted(block, stdout);
  },
  240_000,
);
