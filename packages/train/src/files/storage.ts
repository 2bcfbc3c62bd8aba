/** Where files are kept: a folder, a browser's private file system, a bucket. */
export interface Storage {
  /** Names the place in errors. */
  readonly location: string;
  list(): Promise<string[]>;
  read(name: string): Promise<Uint8Array>;
  /** Must be atomic: whoever reads `name` finds all of the old bytes or all of the new. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Keeps files in memory: for tests, and for pages that store them in their own way. */
export function memoryStorage(files = new Map<string, Uint8Array>()): Storage {
  return {
    location: 'memory',
    list: async () => [...files.keys()],
    read: async (name) => {
      const bytes = files.get(name);
      if (!bytes) throw new Error(`memory holds no file called ${name}`);
      return bytes;
    },
    write: async (name, bytes) => void files.set(name, bytes),
    remove: async (name) => void files.delete(name),
  };
}
