/**
 * Lets a few tasks go on side by side while the next one is prepared: fusing needs this thread, encoding and writing others.
 * What one of them throws is thrown by the next `add`, or by `end`.
 */
export function sideBySide(most = 4) {
  const running = new Set<Promise<void>>();
  let fault: { error: unknown } | undefined;
  const settled = () => Promise.all(running);
  const complain = () => {
    if (fault) throw fault.error;
  };
  return {
    /** Resolves once there is room for another. */
    async add(task: Promise<void>): Promise<void> {
      const own: Promise<void> = task
        .catch((error: unknown) => {
          fault ??= { error };
        })
        .finally(() => running.delete(own));
      running.add(own);
      while (running.size >= most) await Promise.race(running);
      complain();
    },
    /** Waits for all that runs, whatever becomes of it. */
    settled,
    async end(): Promise<void> {
      await settled();
      complain();
    },
  };
}
