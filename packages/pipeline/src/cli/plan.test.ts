import { expect, it } from 'vitest';
import { run } from '../fixtures/command-line.js';
import { planCommand } from './plan.js';

it('prints every setting that a run is judged by, why, and how long the run will take', async () => {
  const args = ['--set', 'data.cases=40', '--set', 'data.size=32', '--set', 'engine=wasm', '--workers', '2'];
  const { code, stdout } = await run(planCommand, args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^setting +value +why\n/);
  expect(stdout).toMatch(/^data\.size +32 +as told, or by default$/m);
  expect(stdout).toMatch(/^segmentation\.epochs +68 +270 steps of 6 cases$/m);
  expect(stdout).toMatch(/^engine +wasm +as told$/m);
  expect(stdout).toMatch(/^workers +2 +as told$/m);
  expect(stdout).toMatch(
    /\n40 cases of fundus phantom: about [\d.]+ (s|min \d\d s|h \d\d min) on this machine, /,
  );
});
