import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Acting } from '../records/acting.ts';
import { stepTypes } from './step-types/index.ts';
import type { StepEffect } from './step-types/step-type.ts';

/** A step type as it is described to those who write plans. */
export type DescribedStepType = {
  name: string;
  description: string;
  /** JSON Schema (2020-12) of the input. What it cannot say is said by descriptions, and checked at submit. */
  inputSchema: object;
  effects: readonly StepEffect[];
};

/** All step types, in the order of their names. */
export function listStepTypes({ viewer }: Pick<Acting, 'viewer'>): DescribedStepType[] {
  authorize(viewer, 'execution:read');
  return Object.entries(stepTypes)
    .map(([name, { description, schema, effects }]) => ({
      name,
      description,
      inputSchema: z.toJSONSchema(schema, { io: 'input' }),
      effects,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
