import type { Database } from '../../infra/postgres/database.ts';
import type { ClaimedStep } from './claim.ts';
import type { Held } from './lease.ts';
import { whileHeld } from './while-held.ts';

/** A step by its place. */
export type StepPlace = { executionId: string; position: number };

const select = `
  SELECT stored."executionId", stored.position, stored.output
  FROM unnest($1::uuid[], $2::int[]) AS asked("executionId", position)
    JOIN execution_output stored USING ("executionId", position)`;

/** The outputs of steps, undefined for one that has none. One statement for any number of steps. */
export async function readOutputs(db: Database, steps: readonly StepPlace[]): Promise<unknown[]> {
  const values = [steps.map(({ executionId }) => executionId), steps.map(({ position }) => position)];
  const { rows } = await db.query<StepPlace & { output: unknown }>({ name: 'read-outputs', text: select, values });
  const keyOf = ({ executionId, position }: StepPlace) => `${executionId} ${position}`;
  const outputs = new Map(rows.map((row) => [keyOf(row), row.output]));
  return steps.map((step) => outputs.get(keyOf(step)));
}

/** The outputs that the input of a step refers to, by the names of their steps. @returns null when the lease was lost. */
export async function readReferred(held: Held, { reads }: ClaimedStep): Promise<ReadonlyMap<string, unknown> | null> {
  if (reads.length === 0) return new Map();
  const { app, claim } = held;
  const steps = claim.steps.filter(({ name }) => reads.includes(name));
  const places = steps.map(({ position }) => ({ executionId: claim.id, position }));
  const outputs = await whileHeld(held, () => readOutputs(app.db, places));
  return outputs && new Map(steps.map(({ name }, index) => [name, outputs[index]]));
}
