import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it, onTestFinished, vi } from 'vitest';
import { emptyFolder } from '../../fixtures/command-line.js';
import { hasRedis, redisServer } from '../../fixtures/redis-server.js';
import type { UserError } from '../../user-error.js';
import { connect, withoutPassword } from './redis.js';

it.skipIf(!hasRedis)(
  'says in a sentence why there is no Redis (redis-server), without its password',
  async () => {
    const redis = await redisServer({ password: 'geheim' });
    onTestFinished(() => redis.kill());
    const { port } = redis;
    const refused = async (url: string) =>
      expect(await connect(url).catch((error: UserError) => `${error.name}: ${error.message}`));
    (await refused(`redis://:wrong@127.0.0.1:${port}`)).toBe(
      `UserError: there is no Redis to use at redis://127.0.0.1:${port}: user or password is wrong (WRONGPASS)`,
    );
    (await refused(`redis://127.0.0.1:${port}`)).toBe(
      `UserError: there is no Redis to use at redis://127.0.0.1:${port}: it asks for a password, which may stand in the address or in DIFF_QUEUE_PASSWORD (NOAUTH)`,
    );
    (await refused('redis://me:secret@127.0.0.1:1')).toBe(
      'UserError: there is no Redis to use at redis://127.0.0.1:1: ECONNREFUSED',
    );
    (await refused('http://me:secret@host')).toMatch(/^UserError: the queue is .*, expected redis:/);
    // As the docs have it: what a worker may do, and no more.
    const password = 'a%41:@/ é';
    const may = '~bull:* &* +@all -@dangerous +client'.split(' ');
    await redis.ask((one) => one.call('ACL', 'SETUSER', 'worker', 'on', `>${password}`, ...may));
    vi.stubEnv('DIFF_QUEUE_PASSWORD', password);
    (await refused(`redis://worker@127.0.0.1:${port}`)).toMatch(/: NOPERM .* 'info' command$/);
    await redis.ask((one) => one.call('ACL', 'SETUSER', 'worker', '+info'));
    (await connect(`redis://worker@127.0.0.1:${port}`)).close();
    vi.stubEnv('DIFF_QUEUE_PASSWORD', 'geheim');
    (await connect(`redis://127.0.0.1:${port}`)).close();
    vi.unstubAllEnvs();
    expect(withoutPassword('train --queue rediss://me:sec@host:1/2 --out a@b')).toBe(
      'train --queue rediss://host:1/2 --out a@b',
    );
  },
);

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

it.skipIf(!hasRedis || !hasOpenssl)(
  'works by TLS where the certificate is trusted (redis-server, openssl)',
  async () => {
    const folder = await emptyFolder();
    const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
    const files = `-keyout ${key} -out ${certificate} -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1`;
    const how = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
    execFileSync('openssl', `${how} ${files}`.split(' '), { stdio: 'ignore' });
    const redis = await redisServer({ tls: { certificate, key }, password: 'geheim' });
    onTestFinished(() => redis.kill());
    const oneJob = fileURLToPath(new URL('../../fixtures/one-job.ts', import.meta.url));
    const does = async (url: string, trusted?: string) => {
      const node = ['--conditions=@diff/source', '--import', 'tsx', oneJob, url, await emptyFolder()];
      const env = { ...process.env, ...(trusted && { NODE_EXTRA_CA_CERTS: trusted }) };
      return (await promisify(execFile)(process.execPath, node, { env })).stdout;
    };
    const place = `rediss://127.0.0.1:${redis.port}`;
    expect(await Promise.all([does(redis.url, certificate), does(redis.url)])).toEqual([
      '2\n',
      `UserError: there is no Redis to use at ${place}: its certificate is not trusted here; NODE_EXTRA_CA_CERTS names the file of one that is (DEPTH_ZERO_SELF_SIGNED_CERT)\n`,
    ]);
    await expect(connect(redis.url.replace('rediss', 'redis'))).rejects.toThrow(
      'it hangs up, as one that expects TLS: rediss:// (ECONNRESET)',
    );
  },
);

it('says what to install where bullmq is not there', async () => {
  const outfile = join(await emptyFolder(), 'redis.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('redis.ts', import.meta.url))],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    external: ['bullmq', 'ioredis'],
  });
  // Node itself, there, where it finds no packages.
  const script = `import(${JSON.stringify(pathToFileURL(outfile).href)}).then(({ connect }) => connect('redis://127.0.0.1:1')).catch(({ message }) => console.log(message))`;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe(
    '--queue needs bullmq and ioredis, which diff-pipeline does not bring along: npm install bullmq ioredis\n',
  );
});
