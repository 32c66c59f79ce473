import type { LoggedExecution } from '../../events/contract.ts';
import { type Execution, type ExecutionStep, Prisma } from '../../generated/prisma/client.ts';

const unloggedFields: readonly (keyof Execution)[] = [
  'plan',
  'deduplicationKey',
  'leaseExpiresAt',
  'claimedAt',
  'ranMs',
  'logSeq',
];
const executionFields = Object.keys(Prisma.ExecutionScalarFieldEnum) as (keyof Execution)[];
const loggedFields = executionFields.filter((field) => !unloggedFields.includes(field));
const stepFields = (Object.keys(Prisma.ExecutionStepScalarFieldEnum) as (keyof ExecutionStep)[]).filter(
  (field) => field !== 'output',
);

/** The columns by name, so that a column added by a later migration does not disturb running statements. */
export const executionColumns = executionFields.map((field) => `"${field}"`).join(', ');

/** As SQL: a row of the table execution as the log shows it. */
export function loggedExecution(row: string): string {
  return `to_jsonb((SELECT logged FROM (SELECT ${columnsOf(row, loggedFields)}) logged))`;
}

/** As SQL: a row of the table execution_step as the log shows it. */
export function loggedStep(step: string, execution: string): string {
  const progress = columnsOf(execution, ['stepsFinished', 'stepsTotal']);
  return `to_jsonb((SELECT logged FROM (SELECT ${columnsOf(step, stepFields)}, ${progress}) logged))`;
}

/** An execution as the log shows it. */
export function toLogged(execution: Execution): LoggedExecution {
  const entries = loggedFields.map((field) => [field, execution[field]]);
  return Object.fromEntries(entries) as LoggedExecution;
}

function columnsOf(row: string, fields: readonly string[]): string {
  return fields.map((field) => `${row}."${field}"`).join(', ');
}
