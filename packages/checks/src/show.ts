const longest = 60;

/**
 * Any value in at most 60 characters, for an error message. Never throws, whatever the value is: a getter that throws, a
 * proxy, an object without a prototype.
 */
export function show(value: unknown): string {
  try {
    const text = describe(value);
    return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  } catch {
    return 'something that cannot be shown';
  }
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.slice(0, longest));
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? `${value}n` : 'a very long bigint';
    case 'function':
      return value.name ? `the function ${value.name}` : 'a function';
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return String(value);
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name: unknown = value.constructor?.name;
  if (ArrayBuffer.isView(value) && 'length' in value) return `${name} of ${value.length}`;
  return name && name !== 'Object' ? `a ${name}` : 'an object';
}
