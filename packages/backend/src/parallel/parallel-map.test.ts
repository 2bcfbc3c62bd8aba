import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../index.js';
import { parallelMap } from './index.js';
import { shareTensors } from './share-tensors.js';

const acts = new URL('./fixtures/acts.mjs', import.meta.url);
const squares = (n: number) => Array.from({ length: n }, (_, x) => ({ act: 'square', x }));
const tries = (n: number) => ({ tries: new Int32Array(new SharedArrayBuffer(4 * n)) });

describe('parallelMap', () => {
  it('gives results in the order of the items, whichever is done first', async () => {
    const items = squares(12).map((item) => ({ ...item, wait: item.x % 3 ? 0 : 30 }));
    const results = await parallelMap(items, acts, { workers: 3 });
    expect(results).toEqual(items.map(({ x }) => x * x));
  });

  it('gives no results for no items', async () => {
    expect(await parallelMap([], acts, { workers: 1 })).toEqual([]);
  });

  it('uses as many threads as it was asked to, and sets each up once', async () => {
    const items = Array.from({ length: 40 }, () => ({ act: 'report' }));
    const reports = await parallelMap<object, { threadId: number; setups: number; index: number }>(
      items,
      acts,
      {
        workers: 2,
      },
    );
    expect(new Set(reports.map(({ threadId }) => threadId)).size).toBe(2);
    expect(reports.every(({ setups }) => setups === 1)).toBe(true);
    expect(reports.map(({ index }) => index)).toEqual(items.map((_, i) => i));
  });

  it('draws items only as workers come free', async () => {
    let drawn = 0;
    let done = 0;
    let ahead = 0;
    async function* source() {
      for (const item of squares(30)) {
        ahead = Math.max(ahead, ++drawn - done);
        yield item;
      }
    }
    const results = await parallelMap(source(), acts, {
      workers: 2,
      onProgress: (progress) => {
        done = progress.done;
      },
    });
    expect(results).toEqual(squares(30).map(({ x }) => x * x));
    expect(ahead).toBeLessThanOrEqual(4);
  });

  it('reports progress after each item, with the total where the items tell it', async () => {
    const seen: unknown[] = [];
    await parallelMap(squares(3), acts, { workers: 1, onProgress: (progress) => seen.push(progress) });
    await parallelMap(new Set(squares(1)).values(), acts, {
      workers: 1,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen).toEqual([
      { done: 1, total: 3 },
      { done: 2, total: 3 },
      { done: 3, total: 3 },
      { done: 1, total: undefined },
    ]);
  });

  it('hands on each result with its item as soon as it is there', async () => {
    const seen: unknown[] = [];
    const items = squares(4);
    const onResult = (...result: unknown[]) => seen.push(result);
    await parallelMap(items, acts, { workers: 1, onResult });
    expect(seen).toEqual(items.map((item, i) => [i * i, item, i]));
  });

  it('restarts a worker that dies and tries its item once more', async () => {
    const shared = tries(6);
    const items = [...squares(2), { act: 'exit once' }, ...squares(3)];
    const results = await parallelMap(items, acts, { workers: 2, shared });
    expect(results).toEqual([0, 1, 'survived', 0, 1, 4]);
    expect([...shared.tries]).toEqual([1, 1, 2, 1, 1, 1]);
  });

  it('names the item under which workers died twice', async () => {
    const shared = tries(4);
    const items = [
      { act: 'square', x: 2, id: 'case-1' },
      { act: 'exit', id: 'case-2' },
    ];
    await expect(parallelMap(items, acts, { workers: 1, shared })).rejects.toThrow(
      'parallelMap: case-2 ended its worker twice: worker exited with code: 7',
    );
    expect(shared.tries[1]).toBe(2);
  });

  it('counts an uncaught error in a worker as its death', async () => {
    const shared = tries(1);
    await expect(parallelMap([{ act: 'die later' }], acts, { workers: 1, shared })).rejects.toThrow(
      'parallelMap: item 0 ended its worker twice: too late',
    );
    expect(shared.tries[0]).toBe(2);
  });

  it('passes on what the module throws, with the name of the item, without another try', async () => {
    const shared = tries(2);
    const failing = parallelMap([...squares(1), { act: 'throw' }], acts, {
      workers: 1,
      shared,
      name: (item, index) => `${item.act} at ${index}`,
    });
    await expect(failing).rejects.toThrow('parallelMap: throw at 1: x is -1');
    await expect(failing).rejects.toMatchObject({ cause: { name: 'RangeError', message: 'x is -1' } });
    expect(shared.tries[1]).toBe(1);
    await expect(parallelMap([{ act: 'throw text' }], acts, { workers: 1 })).rejects.toThrow(
      'parallelMap: item 0: no error at all',
    );
  });

  it('says so when setup throws, an item or a result cannot be copied, or the module has no function', async () => {
    await expect(parallelMap(squares(1), acts, { workers: 1, shared: 'refuse' })).rejects.toThrow(
      'parallelMap: item 0: setup refuses',
    );
    await expect(parallelMap([{ act: 'unclonable' }], acts, { workers: 1 })).rejects.toThrow(
      'parallelMap: item 0: () => {} could not be cloned.',
    );
    await expect(parallelMap([() => {}], acts, { workers: 1 })).rejects.toThrow(
      /^parallelMap: item 0 cannot pass to a worker: .* could not be cloned\.$/,
    );
    const without = new URL('./fixtures/no-default.mjs', import.meta.url);
    await expect(parallelMap([1], without, { workers: 1 })).rejects.toThrow(
      /no-default.mjs has a default export of type/,
    );
    await expect(
      parallelMap([1], new URL('./fixtures/none.mjs', import.meta.url), { workers: 1 }),
    ).rejects.toThrow(/^parallelMap: item 0: Cannot find module/);
  });

  it('ends a worker that would never return when the signal aborts', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 300);
    const forever = parallelMap([{ act: 'forever' }, { act: 'forever' }], acts, {
      workers: 2,
      signal: stop.signal,
    });
    await expect(forever).rejects.toThrow('enough');
    await expect(
      parallelMap(squares(1), acts, { signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before');
  });

  it('goes on without an item that is ended by its own signal, or ended its worker twice', async () => {
    const lost: unknown[] = [];
    const items = [{ act: 'forever' }, ...squares(3), { act: 'exit' }];
    const results = await parallelMap(items, acts, {
      workers: 2,
      signalOf: ({ act }) => (act === 'forever' ? AbortSignal.timeout(500) : undefined),
      onLost: ({ message }, { act }, index) => lost.push([act, index, message]),
    });
    expect(results.slice(0, 4)).toEqual([undefined, 0, 1, 4]);
    expect(lost.sort()).toEqual([
      ['exit', 4, 'parallelMap: item 4 ended its worker twice: worker exited with code: 7'],
      ['forever', 0, expect.stringMatching(/^parallelMap: item 0: The operation was aborted due to timeout/)],
    ]);
    const alone = parallelMap([{ act: 'forever' }], acts, {
      workers: 1,
      signalOf: () => AbortSignal.timeout(100),
    });
    await expect(alone).rejects.toThrow('parallelMap: item 0: The operation was aborted due to timeout');
    // What the module throws stops the work all the same.
    const thrown = parallelMap([{ act: 'throw' }], acts, { workers: 1, onLost: () => lost.push('never') });
    await expect(thrown).rejects.toThrow('x is -1');
    expect(lost).toHaveLength(2);
  });

  it('stops waiting for items when the signal aborts, and closes their source', async () => {
    let closed = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<object>>(() => {}),
        return: async () => {
          closed = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    await expect(parallelMap(source, acts, { workers: 1, signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /timeout/,
    );
    expect(closed).toBe(true);
  });

  it('refuses arguments that make no sense', async () => {
    await expect(parallelMap([1], './acts.mjs')).rejects.toThrow(
      /^parallelMap: workerModule is ".\/acts.mjs", expected/,
    );
    await expect(parallelMap([1], acts, { workers: 0 })).rejects.toThrow(
      'parallelMap: workers is 0, expected a positive integer',
    );
    await expect(parallelMap(3 as unknown as number[], acts)).rejects.toThrow(
      'parallelMap: items is 3, expected an iterable',
    );
    for (const [options, message] of [
      [{ worker: 2 }, 'parallelMap: there is no option "worker", did you mean workers?'],
      [{ workers: '2' }, 'parallelMap: workers is "2", expected a positive integer'],
      [{ signal: true }, 'parallelMap: signal is true, expected an AbortSignal'],
      [{ onProgress: 'log' }, 'parallelMap: onProgress is "log", expected a function'],
    ] as const)
      await expect(parallelMap([1], acts, options as object)).rejects.toThrow(new TypeError(message));
  });
});

describe('parallelMap on the wasm engine', () => {
  beforeAll(() => useBackend({ prefer: 'wasm' }));

  it('trains in every worker on weights in shared memory, as one thread would', async () => {
    const filter = tf.randomNormal([3, 3, 1, 2], 0, 1, 'float32', 7);
    const images = Array.from({ length: 6 }, (_, i) =>
      Float32Array.from({ length: 64 }, (_, j) => Math.sin(i + j)),
    );
    const shared = await shareTensors([filter]);
    const predict = new URL('./fixtures/predict.mjs', import.meta.url);
    const results = await parallelMap<
      Float32Array,
      { backend: string; values: Float32Array; tensors: number }
    >(images, predict, { workers: 2, shared });
    for (const [i, { backend, values, tensors }] of results.entries()) {
      expect(backend).toBe('wasm');
      expect(tensors).toBe(1);
      const expected = tf.tidy(() =>
        tf.grad((weights) =>
          tf.sum(
            tf.square(tf.conv2d(tf.tensor4d(images[i]!, [1, 8, 8, 1]), weights as tf.Tensor4D, 1, 'same')),
          ),
        )(filter),
      );
      expect([...values]).toEqual([...(await expected.data())]);
      expected.dispose();
    }
    filter.dispose();
  });
});
