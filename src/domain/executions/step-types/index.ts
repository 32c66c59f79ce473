import { http } from './http.ts';
import type { StepType } from './step-type.ts';
import { validate } from './validate.ts';
import { wait } from './wait.ts';

/** Every step type by the name that plans use. There is no default: an unknown name is refused. */
const types: Record<string, StepType> = { http, wait, validate };

export const stepTypeNames = Object.keys(types);

export function findStepType(name: string): StepType | null {
  return Object.hasOwn(types, name) ? (types[name] ?? null) : null;
}
