import { readFile } from 'node:fs/promises';
import { check, checkOptions, checkString, show } from '@diff/checks';
import { parse } from 'yaml';
import { z } from 'zod';
import { UserError } from '../user-error.js';
import { type Config, configSchema } from './schema.js';

/** Where settings come from. */
export interface ConfigSource {
  /** A YAML or JSON file. Without it, all defaults. */
  file?: string;
  /** Settings that take the place of the file's: `['fusion.iterations=30', …]`, values as in YAML. */
  set?: readonly string[];
}

/**
 * Reads, completes and checks a configuration.
 *
 * @throws UserError, one sentence, for a file that cannot be read or a setting that cannot be.
 */
export async function readConfig(source: ConfigSource = {}): Promise<Config> {
  return checkConfig(await settingsOf('readConfig', source), source.file);
}

/** The settings as they were given: without defaults, and not checked yet. @throws UserError for a file that cannot be read. */
export async function readSettings(source: ConfigSource = {}): Promise<Record<string, unknown>> {
  return settingsOf('readSettings', source);
}

async function settingsOf(who: string, source: ConfigSource): Promise<Record<string, unknown>> {
  checkOptions(who, source, ['file', 'set']);
  const { file, set = [] } = source;
  if (file !== undefined) checkString(who, 'file', file);
  check(Array.isArray(set), who, 'set', set, 'an array of settings', 'other');
  for (let i = 0; i < set.length; i++) checkString(who, `set[${i}]`, set[i]);
  const settings = file === undefined ? {} : await readFileOf(file);
  for (const assignment of set) assign(settings, assignment);
  return settings;
}

/** The whole configuration, defaults included. @throws UserError naming every setting that is wrong. */
export function checkConfig(settings: unknown, name = 'the configuration'): Config {
  checkString('checkConfig', 'name', name);
  const { data, error } = configSchema.safeParse(settings, { reportInput: true });
  if (data) return data;
  throw new UserError(`${name}: ${error.issues.flatMap(sentences).join('; ')}`);
}

async function readFileOf(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new UserError(`${short(file, 300)} cannot be read: ${why}`);
  }
  let settings: unknown;
  try {
    // YAML contains JSON.
    settings = parse(text) ?? {};
  } catch (error) {
    throw new UserError(`${file} is neither YAML nor JSON: ${(error as Error).message.split('\n')[0]}`);
  }
  if (typeof settings === 'object' && !Array.isArray(settings)) return settings as Record<string, unknown>;
  throw new UserError(`${file}: the configuration is ${shown(settings)}, expected settings by name`);
}

function assign(settings: Record<string, unknown>, assignment: string): void {
  const [, path, value] = /^([\w.]+)=(.*)$/s.exec(assignment) ?? [];
  if (path === undefined)
    throw new UserError(`--set ${short(assignment)}: expected key.path=value, such as fusion.iterations=30`);
  const keys = path.split('.');
  let at = settings;
  for (const key of keys.slice(0, -1)) {
    if (!Object.hasOwn(at, key) || typeof at[key] !== 'object' || at[key] === null)
      Object.defineProperty(at, key, { value: {}, enumerable: true, writable: true, configurable: true });
    at = at[key] as Record<string, unknown>;
  }
  let parsed: unknown;
  try {
    parsed = parse(value!);
  } catch {
    parsed = value;
  }
  // An empty value takes a setting back to its default.
  Object.defineProperty(at, keys.at(-1)!, {
    value: parsed ?? undefined,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return short(JSON.stringify(value) ?? show(value));
  } catch {
    return show(value);
  }
}

const short = (text: string, most = 80) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function sentences(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) =>
        `there is no setting ${short(`${path ? `${path}.` : ''}${key}`)}, but ${settingsAt(issue.path).join(', ')}`,
    );
  return [`${path} is ${shown(issue.input)}, expected ${expected(issue)}`];
}

/** What settings there are in a section. */
function settingsAt(path: readonly PropertyKey[]): string[] {
  type Node = { properties?: Record<string, Node>; items?: Node };
  let at: Node | undefined = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Node;
  for (const key of path) at = typeof key === 'number' ? at?.items : at?.properties?.[String(key)];
  return Object.keys(at?.properties ?? {});
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return (
        { int: 'a whole number', array: 'a list', object: 'settings by name' }[issue.expected as string] ??
        `a ${issue.expected}`
      );
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `at least ${issue.minimum} of them`
        : `a number ${issue.inclusive ? 'from' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `a number ${issue.inclusive ? 'up to' : 'below'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}
