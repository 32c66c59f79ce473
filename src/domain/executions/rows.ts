import { contract } from '../../events/contract.ts';
import { Prisma } from '../../generated/prisma/client.ts';

const executionFields = Object.keys(Prisma.ExecutionScalarFieldEnum);
const loggedFields = without(executionFields, contract.execution.omitted);
const stepFields = without(Object.keys(Prisma.ExecutionStepScalarFieldEnum), contract.executionStep.omitted);

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

function without(fields: readonly string[], omitted: readonly string[]): string[] {
  return fields.filter((field) => !omitted.includes(field));
}

function columnsOf(row: string, fields: readonly string[]): string {
  return fields.map((field) => `${row}."${field}"`).join(', ');
}
