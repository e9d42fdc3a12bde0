import * as v from 'valibot';
import { ServerError } from '../errors.js';

/** Holds a value from outside against a schema. @throws ServerError `body-invalid` with the path of the first fault */
export function readShape<const T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? undefined;
  throw new ServerError('body-invalid', issue.message, field === undefined ? {} : { field });
}
