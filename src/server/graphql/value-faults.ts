import { type AppError, type FieldFault, invalidInput, maxListedFaults } from '../../shared/errors.ts';
import type { ArgumentPath } from './argument-places.ts';

/** Where a part of a value is: the path from the part to the value, so that going deeper copies nothing. */
export type ValuePath = { key: string | number; above: ValuePath } | null;

/** The search for faults ends here. */
const maxCounted = 1_000;

/** The faults of the values of an operation. The first are listed, the others only counted. */
export class ValueFaults {
  readonly #listed = new Map<string, FieldFault>();
  #count = 0;

  /**
   * Notes a fault at each place where the value is used, once for each path. @throws AppError `INVALID_INPUT` when there
   * are too many.
   */
  add(places: readonly ArgumentPath[], path: ValuePath, message: string): void {
    for (const place of places) this.#note(place, path, message);
    if (this.#count >= maxCounted) throw this.#asError();
  }

  /** @throws AppError `INVALID_INPUT` if there are any. */
  refuse(): void {
    if (this.#count > 0) throw this.#asError();
  }

  #note(place: ArgumentPath, path: ValuePath, message: string): void {
    if (this.#listed.size < maxListedFaults) {
      const fault = { path: [...place, ...partsOf(path)], message };
      const key = JSON.stringify(fault);
      if (this.#listed.has(key)) return;
      this.#listed.set(key, fault);
    }
    this.#count += 1;
  }

  #asError(): AppError {
    return invalidInput([...this.#listed.values()], this.#count < maxCounted ? this.#count : `${maxCounted} or more`);
  }
}

function partsOf(path: ValuePath): (string | number)[] {
  const parts: (string | number)[] = [];
  for (let at = path; at; at = at.above) parts.unshift(at.key);
  return parts;
}
