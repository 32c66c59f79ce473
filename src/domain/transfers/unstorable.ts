import { isStorable, unstorable } from '../../shared/validate.ts';
import type { DetailName } from './fields.ts';
import type { CellFault } from './row-faults.ts';

/** No detail is nested this deeply. */
const maxDepth = 10;

/** Texts that PostgreSQL cannot store, wherever they are. */
export function unstorableIn(field: DetailName, value: unknown, within = '', depth = 0): CellFault[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ field, within, message: unstorable }];
  if (!(value instanceof Object)) return [];
  if (depth === maxDepth) return [{ field, message: 'This value is nested too deeply.' }];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, part]) =>
    unstorableIn(field, part, within + (isList ? `[${key}]` : `.${key}`), depth + 1),
  );
}
