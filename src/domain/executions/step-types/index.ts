import { http } from './http.ts';
import type { StepType } from './step-type.ts';
import { validate } from './validate.ts';
import { wait } from './wait.ts';

/** Every step type by the name that plans use. There is no default: an unknown name is refused. */
export const stepTypes: Record<string, StepType> = { http, wait, validate };

export const stepTypeNames = Object.keys(stepTypes);

export function findStepType(name: string): StepType | null {
  return Object.hasOwn(stepTypes, name) ? (stepTypes[name] ?? null) : null;
}
