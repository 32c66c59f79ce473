import { toShown } from '../../domain/executions/credentials/plan-credentials.ts';
import type { Plan } from '../../domain/executions/plan-schema.ts';
import { listLog } from '../../domain/executions/read-executions.ts';
import type { PageArgs } from '../../domain/lists/page.ts';
import type { LoggedExecution, LoggedStep } from '../../events/contract.ts';
import type { Execution, ExecutionLogEntry } from '../../generated/prisma/client.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';

/** An execution read from its table, or from an event, which has no plan. */
export type ExecutionShape = LoggedExecution & Partial<Pick<Execution, 'plan'>>;
/** A step read from its table or from an event. */
export type StepShape = Omit<LoggedStep, 'stepsFinished' | 'stepsTotal'>;
export type ProgressShape = { finished: number; total: number; currentStep: string | null };
export type FaultShape = { code: string; message: string };

export async function log({ id }: ExecutionShape, args: PageArgs, context: RequestContext) {
  return toConnection(await listLog(context, { ...args, executionId: id }));
}

export async function plan(shape: ExecutionShape, _: unknown, { loaders }: RequestContext) {
  return toShown((shape.plan ?? (await loaders.execution.load(shape.id)).plan) as Plan);
}

export function steps({ id }: ExecutionShape, _: unknown, { loaders }: RequestContext) {
  return loaders.stepsOfExecution.load(id);
}

export function retryOf({ retryOfId }: ExecutionShape, _: unknown, { loaders }: RequestContext) {
  return retryOfId === null ? null : loaders.execution.load(retryOfId);
}

export function progress({ stepsFinished, stepsTotal, currentStep }: ExecutionShape): ProgressShape {
  return { finished: stepsFinished, total: stepsTotal, currentStep };
}

/** The progress of the execution immediately after a transition of this step. */
export function stepProgress({ step }: { step: LoggedStep }): ProgressShape {
  const isCurrent = step.status === 'RUNNING' || step.status === 'WAITING';
  return { finished: step.stepsFinished, total: step.stepsTotal, currentStep: isCurrent ? step.name : null };
}

export function percent({ finished, total }: ProgressShape) {
  return Math.floor((finished / total) * 100);
}

export function fault({ errorCode: code, errorMessage: message }: ExecutionShape | StepShape): FaultShape | null {
  return code === null ? null : { code, message: message ?? '' };
}

export async function output(step: StepShape, _: unknown, { loaders }: RequestContext) {
  return (await loaders.outputOfStep.load(step)) ?? null;
}

export async function stepName({ executionId, step }: ExecutionLogEntry, _: unknown, { loaders }: RequestContext) {
  const siblings = await loaders.stepsOfExecution.load(executionId);
  return siblings.find((sibling) => sibling.position === step)?.name ?? '';
}
