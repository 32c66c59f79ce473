import { rolePermissions } from '../../auth/permissions.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import { newId } from '../../shared/ids.ts';
import { type ExecutionApp, writeWithEvents } from './append-events.ts';
import { decide } from './decide.ts';
import type { Plan } from './plan.ts';
import { sourcesOf } from './state.ts';
import { applyTransitions, type StepState, type StepStateRow, stepStates, toStepState } from './transition.ts';
import { transitionWriter } from './transition-writer.ts';

/** A step as its execution's holder keeps it in mind, with its part of the plan. */
export type ClaimedStep = StepState & { timeoutSeconds: number; type: string; input: unknown };

/** An execution whose lease is ours, with all that running it takes. */
export type ExecutionClaim = {
  id: string;
  tenantId: string;
  token: number;
  /** How long it may still run. */
  leftMs: number;
  isCancelled: boolean;
  /** Whether its submitter may still submit executions. */
  isAllowed: boolean;
  /** In the order in which they are run. */
  steps: ClaimedStep[];
  /** The outputs of the steps that succeeded, by name. */
  outputs: Map<string, unknown>;
};

type StepRow = StepStateRow & { timeoutSeconds: number; type: string; output: unknown };
type ClaimRow = Omit<ExecutionClaim, 'steps' | 'outputs'> & { plan: Plan; hasBegun: boolean; steps: StepRow[] };

/** The first step of an execution of which nothing has run begins with the claim; its holder decides on any other. */
const claim = transitionWriter({
  name: 'claim-execution',
  where: `e.version = $14 AND (e.status <> 'WAITING' OR e."wakeAt" <= clock_timestamp())`,
  columns: `EXISTS (
        SELECT FROM membership m WHERE m."tenantId" = e."tenantId" AND m."userId" = e."submitterId"
          AND m."removedAt" IS NULL AND m.role = ANY($15::"Role"[])) AS "isAllowed"`,
  from: sourcesOf('RUNNING'),
  stepsIf: 'held."isAllowed" AND held."startedAt" IS NULL',
  result: `changed.id, changed."tenantId", changed.plan, changed."fencingToken" AS token,
    changed."timeoutSeconds" * 1000 - changed."ranMs" AS "leftMs", changed."cancelRequestedAt" IS NOT NULL AS "isCancelled",
    held."isAllowed", EXISTS (SELECT FROM moved) AS "hasBegun",
    ${stepStates('changed.id', ', "timeoutSeconds", type, output')} AS steps`,
});
const start = decide({ status: 'QUEUED', steps: [] }, { kind: 'STARTED' });

const submittingRoles = (Object.keys(rolePermissions) as Role[]).filter((role) =>
  rolePermissions[role].includes('execution:submit'),
);

/**
 * Takes the lease of an execution that is due and still at this version, with a higher fencing token than anybody had
 * before. @returns null when somebody else was first or there is nothing to do.
 */
export async function claimExecution(
  app: ExecutionApp,
  { id, version, requestId }: { id: string; version: number; requestId: string },
): Promise<ExecutionClaim | null> {
  const facts = { id, changeId: newId(), requestId, leaseMs: app.config.executions.leaseMs };
  const row = await writeWithEvents<ClaimRow>(app, claim(start, facts, [version, submittingRoles]));
  if (!row) return null;
  const { plan, hasBegun, ...claimed } = row;
  const nowMs = performance.now();
  const inputs = new Map(plan.steps.map(({ name, input = {} }) => [name, input]));
  const steps = row.steps.map(({ output, ...step }) => ({ ...toStepState(step, nowMs), input: inputs.get(step.name) }));
  const done = row.steps.filter(({ status }) => status === 'SUCCEEDED');
  return {
    ...claimed,
    // The statement reads the steps as they were before it.
    steps: hasBegun ? applyTransitions(steps, start.steps, nowMs) : steps,
    outputs: new Map(done.map(({ name, output }) => [name, output])),
  };
}
