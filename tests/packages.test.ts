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
import { blocks } from './support/pages.js';
import { expectPrinted } from './support/printed.js';

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  files: string[];
  exports: Record<string, unknown>;
  bin?: Record<string, string>;
  peerDependenciesMeta?: Record<string, unknown>;
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
    block: blocks.find(({ page, language }) => page === `packages/${folder}/README.md` && language === 'ts'),
  }))
  .map((one) => ({ ...one, program: one.block?.code }));

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
  const alone = mkdtempSync(join(tmpdir(), 'diff-alone-'));
  afterAll(() => {
    for (const folder of [project, alone]) rmSync(folder, { recursive: true, force: true });
  });

  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: 'pipe' });
  /** The tarball of each package. */
  let dependencies: Record<string, string>;

  beforeAll(() => {
    const names = packages.map(({ manifest }) => `--workspace=${manifest.name}`);
    const packed = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', `--pack-destination=${project}`, ...names], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    ) as { name: string; filename: string }[] | Record<string, { name: string; filename: string }>;
    dependencies = Object.fromEntries(
      Object.values(packed).map(({ name, filename }) => [name, `file:${join(project, filename)}`]),
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

  describe.each(packages)(
    "the program of $manifest.name's README",
    ({ folder, manifest, block, program }) => {
      test('is there', () => {
        expect(program, `packages/${folder}/README.md has no \`\`\`ts block`).toContain(`'${manifest.name}`);
      });

      test('runs as an ES module, and prints what the page shows', () => {
        writeFileSync(join(project, `programs/${folder}.mjs`), program!);
        expectPrinted(block!, run('node', `programs/${folder}.mjs`));
      }, 120_000);

      test.skipIf(!hasCommonJs(manifest))(
        'runs as CommonJS',
        () => {
          writeFileSync(join(project, `programs/${folder}.cjs`), commonJs(program!));
          expectPrinted(block!, run('node', `programs/${folder}.cjs`));
        },
        120_000,
      );
    },
  );

  test('what diagnosis-first fusion needs is named by Node where it is missing, and installed by the line of the README', () => {
    writeFileSync(join(alone, 'package.json'), '{ "private": true }');
    const within = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: alone, encoding: 'utf8', stdio: 'pipe' });
    const install = (...names: string[]) =>
      within('npm', 'install', ...names, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
    install(dependencies['@diff/fusion']!);
    const node = (program: string, type: string) => within('node', `--input-type=${type}`, '-e', program);
    expect(() => node("import '@diff/fusion/df-gt'", 'module')).toThrow(
      /Cannot find package '@tensorflow\/tfjs-\w+'/,
    );
    expect(() => node("require('@diff/fusion/df-gt')", 'commonjs')).toThrow(
      /Cannot find module '@tensorflow\/tfjs-\w+'/,
    );

    const readme = readFileSync(join(root, 'packages/fusion/README.md'), 'utf8');
    const [line] = readme.slice(readme.indexOf('## Diagnosis-first')).match(/(?<=^npm install ).*$/m)!;
    install(...line.split(' ').map((name) => dependencies[name] ?? name));
    const program = `
      import { useBackend } from '@diff/backend';
      import { diagnosisFirst } from '@diff/fusion/df-gt';
      import * as tf from '@tensorflow/tfjs-core';
      await useBackend();
      const [mask, other] = [Float32Array.of(0, 1, 1, 0), Float32Array.of(1, 1, 0, 0)];
      const network = (input) => tf.reshape(tf.mean(input, [1, 2, 3]), [-1, 1]);
      const { fused } = await diagnosisFirst({
        image: { data: new Float32Array(4), height: 2, width: 2, channels: 1 },
        annotations: { cup: { anna: mask, ben: other } },
        diagnosis: 1,
        network,
        iterations: 2,
      });
      console.log(fused.cup.length);`;
    expect(node(program, 'module').trim()).toBe('4');
  }, 240_000);

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

describe('what a page says to install', () => {
  const lines = ['docs/getting-started.md', ...packages.map(({ folder }) => `packages/${folder}/README.md`)]
    .flatMap((page) => readFileSync(join(root, page), 'utf8').match(/^npm install .*$/gm) ?? [])
    .map((line) => line.replace(/ *#.*/, '').split(' ').slice(2));
  const isOf = (name: string) => (specifier: string) =>
    specifier === name || specifier.startsWith(`${name}/`);

  test.each(packages)('for $manifest.name is what its program imports', ({ manifest, program }) => {
    const imported = [...program!.matchAll(/^import [^;]*?'([^.'][^']*)';$/gm)].map(([, from]) => from!);
    const own = lines.filter(([first]) => first === manifest.name);
    expect(own).not.toEqual([]);
    // The first of its README: of a package with entries that need more, others may follow.
    for (const names of own)
      expect(imported.filter((from) => !names.some((name) => isOf(name)(from)))).toEqual([]);
  });

  test.each(packages)(
    'of $manifest.name includes all optional peers that an entry of it needs',
    ({ folder, manifest }) => {
      const optional = Object.keys(manifest.peerDependenciesMeta ?? {});
      const home = join(root, 'packages', folder, 'dist');
      const source = readdirSync(home)
        .filter((name) => name.endsWith('.js'))
        .map((name) => readFileSync(join(home, name), 'utf8'))
        .join('\n');
      const needed = optional.filter((name) =>
        new RegExp(`^(?:import|export)\\b[^;]*'${name}(?:/[^']*)?'`, 'm').test(source),
      );
      expect(lines).toContainEqual(expect.arrayContaining([manifest.name, ...needed]));
    },
  );
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
