import type { StepReference, StepType } from './step-type.ts';

/** Every other step that an input refers to, also in an input that has faults. */
export function referencesOf({ references = [] }: Pick<StepType, 'references'>, input: unknown): StepReference[] {
  return references.flatMap((place) =>
    found(input, place).flatMap(({ value, path }) => (typeof value === 'string' ? [{ step: value, path }] : [])),
  );
}

type Found = { value: unknown; path: (string | number)[] };

function found(value: unknown, [first, ...rest]: readonly string[], path: (string | number)[] = []): Found[] {
  if (first === undefined) return [{ value, path }];
  if (first === '*') return Array.isArray(value) ? value.flatMap((part, n) => found(part, rest, [...path, n])) : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return [];
  return found((value as Record<string, unknown>)[first], rest, [...path, first]);
}
