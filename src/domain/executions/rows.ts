import { contract } from '../../events/contract.ts';
import { type Execution, type ExecutionStep, Prisma } from '../../generated/prisma/client.ts';
import { defineRecords } from '../records/record-kind.ts';

/** Executions. All who may read executions see them. */
export const executionRecords = defineRecords<'execution', Execution>({
  kind: 'execution',
  table: 'execution',
  noun: 'execution',
  fields: Prisma.ExecutionScalarFieldEnum,
  fixed: [
    'submitterId',
    'priority',
    'plan',
    'credentials',
    'deduplicationKey',
    'runAt',
    'expiresAt',
    'timeoutSeconds',
    'stepsTotal',
    'retryOfId',
  ],
  created: 'execution.queued',
  lock: 'FOR NO KEY UPDATE',
  seen: () => 'true',
  erasure: 'KEPT',
});

/** The steps of executions, seen with them. */
export const stepRecords = defineRecords<'executionStep', ExecutionStep>({
  kind: 'executionStep',
  table: 'execution_step',
  noun: 'step',
  fields: Prisma.ExecutionStepScalarFieldEnum,
  created: 'executionStep.queued',
  seen: () => 'true',
  erasure: 'KEPT',
});

const loggedFields = without(executionRecords.readFields, contract.execution.omitted);
const stepFields = without(stepRecords.readFields, contract.executionStep.omitted);

/** The columns without their table, for statements that name the row otherwise. */
export const executionColumns = executionRecords.readFields.map((field) => `"${field}"`).join(', ');

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
