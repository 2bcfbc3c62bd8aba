import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './support/chromium.js';

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  files: string[];
  exports: Record<string, unknown>;
  bin?: Record<string, string>;
  repository: { directory: string };
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as Manifest,
  }))
  .filter(({ manifest }) => !manifest.private)
  .map(({ folder, manifest }) => ({
    folder,
    manifest,
    program: readFileSync(join(root, 'packages', folder, 'README.md'), 'utf8').match(
      /```ts\n([\s\S]*?)```/,
    )?.[1],
  }));

/** Whether a package is for `require` too. */
const hasCommonJs = ({ exports }: Manifest) => JSON.stringify(exports).includes('"require"');

/** The program as a CommonJS user would write it. */
function commonJs(program: string): string {
  const required = program
    .replace(/^import \* as (\w+) from '(.+)';$/gm, "const $1 = require('$2');")
    .replace(
      /^import (\{[^}]*\}) from '(.+)';$/gm,
      (_, names: string, from: string) => `const ${names.replaceAll(' as ', ': ')} = require('${from}');`,
    )
    .replace(/^import '(.+)';$/gm, "require('$1');");
  return `(async () => {\n${required}\n})();\n`;
}

describe('every package, packed and installed in an empty project', () => {
  const project = mkdtempSync(join(tmpdir(), 'diff-packed-'));
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: 'pipe' });

  beforeAll(() => {
    const names = packages.map(({ manifest }) => `--workspace=${manifest.name}`);
    const packed = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', `--pack-destination=${project}`, ...names], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    ) as { name: string; filename: string }[] | Record<string, { name: string; filename: string }>;
    const dependencies = Object.fromEntries(
      Object.values(packed).map(({ name, filename }) => [name, `file:${filename}`]),
    );
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ name: 'empty-project', private: true, dependencies }),
    );
    run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
    mkdirSync(join(project, 'programs'));
  }, 400_000);

  test('one copy of tfjs-core is installed', () => {
    const copies = run('find', 'node_modules', '-path', '*/@tensorflow/tfjs-core/package.json')
      .trim()
      .split('\n');
    expect(copies).toEqual(['node_modules/@tensorflow/tfjs-core/package.json']);
  });

  test.each(packages)('$manifest.name ships what its exports and bin name, and no tests', ({ manifest }) => {
    const home = join(project, 'node_modules', manifest.name);
    const targets = JSON.stringify([manifest.exports, manifest.bin ?? {}])
      .match(/\.\/[^"]+/g)!
      .filter((path) => !manifest.exports[path] || path === './package.json');
    for (const path of targets) expect(existsSync(join(home, path)), path).toBe(true);
    for (const file of ['README.md', 'LICENSE']) expect(existsSync(join(home, file)), file).toBe(true);
    expect(run('find', join('node_modules', manifest.name), '-name', '*.test.*')).toBe('');
  });

  describe.each(packages)("the program of $manifest.name's README", ({ folder, manifest, program }) => {
    test('is there', () => {
      expect(program, `packages/${folder}/README.md has no \`\`\`ts block`).toContain(`'${manifest.name}`);
    });

    test('runs as an ES module', () => {
      writeFileSync(join(project, `programs/${folder}.mjs`), program!);
      expect(run('node', `programs/${folder}.mjs`)).not.toBe('');
    }, 120_000);

    test.skipIf(!hasCommonJs(manifest))(
      'runs as CommonJS',
      () => {
        writeFileSync(join(project, `programs/${folder}.cjs`), commonJs(program!));
        expect(run('node', `programs/${folder}.cjs`)).not.toBe('');
      },
      120_000,
    );
  });

  test('the programs of all READMEs type-check under strict, as ES modules and as CommonJS', () => {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      module: 'nodenext',
      types: [],
    };
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['programs/*.mts', 'programs/*.cts'] }),
    );
    for (const { folder, manifest, program } of packages) {
      const imports = program!.match(/^import (?:[^;]*?\bfrom )?'[^']*';$/gm)!;
      const body = imports.reduce((text, line) => text.replace(line, ''), program!);
      for (const extension of hasCommonJs(manifest) ? ['mts', 'cts'] : ['mts']) {
        writeFileSync(
          join(project, `programs/${folder}.${extension}`),
          `${imports.join('\n')}\nexport async function main() {\n${body}\n}\n`,
        );
      }
    }
    run('node', join(root, 'node_modules/typescript/lib/tsc.js'), '-p', '.');
  }, 240_000);
});

describe('manifests', () => {
  test.each(packages)('$manifest.name names its folder in repository.directory', ({ folder, manifest }) => {
    expect(manifest.repository.directory).toBe(`packages/${folder}`);
  });
});

test.each(['@diff/metrics', '@diff/fusion'])(
  '%s bundles for the browser with nothing but its own code',
  async (name) => {
    const { metafile } = await build({
      stdin: { contents: `export * from '${name}'`, resolveDir: root },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      logLevel: 'silent',
    });
    const foreign = Object.keys(metafile.inputs).filter(
      (path) => path !== '<stdin>' && !path.startsWith(`packages/${name.slice(6)}/dist`),
    );
    expect(foreign).toEqual([]);
  },
);
