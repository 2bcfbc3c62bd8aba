import type * as Bull from 'bullmq';
import type { Redis } from 'ioredis';
import { UserError } from '../../user-error.js';

/** A Redis that answers, and the engine of queues on it. */
export interface Connected {
  redis: Redis;
  bull: typeof Bull;
  /** The place without user and password, for people. */
  place: string;
  close(): void;
}

/** Where a password may stand, so that it is in no command line. */
export const PASSWORD = 'DIFF_QUEUE_PASSWORD';

const INSTALL =
  '--queue needs bullmq and ioredis, which diff-pipeline does not bring along: npm install bullmq ioredis';

/** The address of a queue without user and password. */
export function placeOf(url: string): string {
  const { protocol, host } = parsed(url);
  return `${protocol}//${host}`;
}

/** Takes user and password out of whatever holds an address with them. */
export const withoutPassword = (text: string): string => text.replace(/\b([a-z]+:\/\/)\S*@/gi, '$1');

/**
 * Connects to Redis, `redis://` or with TLS `rediss://`. Once it has answered, it is waited for whenever it is away.
 *
 * @param say Told once when it is away, and once when it is back.
 * @throws UserError where bullmq or ioredis is not installed, the address is none, or nobody answers there.
 */
export async function connect(url: string, say: (text: string) => void = () => {}): Promise<Connected> {
  const place = placeOf(url);
  const [bull, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]).catch((error) => {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') throw new UserError(INSTALL);
    throw error;
  });
  const address = parsed(url);
  // As an option it would not count where the address has a user.
  address.password ||= encodeURIComponent(process.env[PASSWORD] ?? '');
  let answered = false;
  const redis = new Redis(address.href, {
    // Asked of whoever blocks on a queue.
    maxRetriesPerRequest: null,
    lazyConnect: true,
    connectTimeout: 10_000,
    retryStrategy: (times) => (answered ? Math.min(100 * times, 2000) : null),
  });
  let away = false;
  let why = '';
  redis.on('error', (error: Error) => {
    why = reasonOf(error);
    if (!answered || away) return;
    away = true;
    say(`Redis at ${place} is away (${why}); it is waited for`);
  });
  redis.on('ready', () => {
    if (away) say(`Redis at ${place} is back`);
    away = false;
  });
  try {
    await redis.connect();
    // BullMQ asks it too, and waits for ever where that is not allowed.
    await redis.info('server');
  } catch (error) {
    redis.disconnect();
    throw new UserError(`there is no Redis to use at ${place}: ${why || reasonOf(error as Error)}`);
  }
  answered = true;
  return { redis, bull, place, close: () => redis.disconnect() };
}

function parsed(url: string): URL {
  if (URL.canParse(url)) {
    const found = new URL(url);
    if (/^rediss?:$/.test(found.protocol) && found.hostname) return found;
  }
  throw new UserError(
    `the queue is ${withoutPassword(url).slice(0, 60)}, expected redis://host:6379, or rediss:// with TLS`,
  );
}

/** What the user can put right, by how Redis, TLS and the network tell it. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^NOAUTH/, `it asks for a password, which may stand in the address or in ${PASSWORD}`],
  [/^WRONGPASS/, 'user or password is wrong'],
  [/ALTNAME/, 'its certificate is for another host'],
  [
    /CERT|SIGNATURE/,
    'its certificate is not trusted here; NODE_EXTRA_CA_CERTS names the file of one that is',
  ],
  [/^ECONNRESET/, 'it hangs up, as one that expects TLS: rediss://'],
];

function reasonOf(error: Error): string {
  const text = withoutPassword((error as NodeJS.ErrnoException).code ?? (error.message || error.name));
  const says = REASONS.find(([known]) => known.test(text))?.[1];
  return says ? `${says} (${text.split(' ')[0]})` : text;
}
