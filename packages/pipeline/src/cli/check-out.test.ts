import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { checkOut } from './check-out.js';

it('refuses the input, a folder within it and a link into it, and nothing else', async () => {
  const root = await emptyFolder();
  const masks = join(root, 'masks');
  await mkdir(masks);
  await symlink(masks, join(root, 'link'));
  for (const out of [masks, join(masks, 'a', 'b'), join(root, 'link', 'new'), `${masks}/../masks`])
    expect(() => checkOut(out, ['/elsewhere', masks]), out).toThrow(
      `--out ${out} lies in ${masks}, which is read`,
    );
  for (const out of [root, join(root, 'masks2'), join(root, '..masks'), join(masks, '..', 'fused')])
    checkOut(out, [masks]);
});
