/** A record of unknown make, read without trust: own properties only, and only of the kind that is expected. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown, key: string): Fields | undefined => {
  const found = own(value, key);
  return isFields(found) ? found : undefined;
};

export const listOf = (value: unknown, key: string): readonly unknown[] => {
  const found = own(value, key);
  return Array.isArray(found) ? found : [];
};

/** A string that is not empty. */
export const stringOf = (value: unknown, key: string): string | undefined => {
  const found = own(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

export const numberOf = (value: unknown, key: string): number | undefined => {
  const found = own(value, key);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
};

export const booleanOf = (value: unknown, key: string): boolean | undefined => {
  const found = own(value, key);
  return typeof found === 'boolean' ? found : undefined;
};

function own(value: unknown, key: string): unknown {
  return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/**
 * The value as JSON carries it, apart from whoever made it: what is cyclic, deeper than the stack or throws when it is read has no such
 * form.
 */
export function snapshot(value: unknown): unknown {
  const json = jsonOf(value);
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
}

/** `undefined` where it has no JSON. */
export function jsonOf(value: unknown, space?: number): string | undefined {
  try {
    return JSON.stringify(value, undefined, space);
  } catch {
    return undefined;
  }
}
