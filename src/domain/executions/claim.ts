import { rolePermissions } from '../../auth/permissions.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import { newId } from '../../shared/ids.ts';
import type { ExecutionApp } from './append-events.ts';
import { PlanCredentials } from './credentials/plan-credentials.ts';
import { decide } from './decide.ts';
import { isExpired } from './expire-executions.ts';
import type { Plan } from './plan-schema.ts';
import { sourcesOf } from './state.ts';
import { applyTransitions, type StepState, type StepStateRow, stepStates, toStepState } from './transition.ts';
import { transitionWriter } from './transition-writer.ts';
import { writeTogether } from './write-together.ts';

/** A step as its execution's holder keeps it in mind, with its part of the plan as it is stored. */
export type ClaimedStep = StepState & {
  timeoutSeconds: number;
  type: string;
  reads: readonly string[];
  input: unknown;
};

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
  credentials: PlanCredentials;
};

type StepRow = StepStateRow & Pick<ClaimedStep, 'timeoutSeconds' | 'type' | 'reads'>;
type ClaimRow = Omit<ExecutionClaim, 'steps' | 'credentials'> & {
  plan: Plan;
  credentials: Uint8Array | null;
  hasBegun: boolean;
  steps: StepRow[];
};

/** The first step of an execution of which nothing has run begins with the claim; its holder decides on any other. */
const claimStatement = transitionWriter({
  name: 'claim-execution',
  where: `e.version = asked.guard AND (e.status <> 'WAITING' OR e."wakeAt" <= clock_timestamp())
    AND (${isExpired('e')}) IS NOT TRUE`,
  columns: `EXISTS (
        SELECT FROM membership m WHERE m."tenantId" = e."tenantId" AND m."userId" = e."submitterId"
          AND m."removedAt" IS NULL AND m.role = ANY($4::"Role"[])) AS "isAllowed"`,
  stepsIf: 'held."isAllowed" AND held."startedAt" IS NULL',
  // Who has it locked claims or cancels it.
  lock: 'SKIP LOCKED',
  result: `changed.id, changed."tenantId", changed.plan, changed.credentials, changed."fencingToken" AS token,
    changed."timeoutSeconds" * 1000 - changed."ranMs" AS "leftMs", changed."cancelRequestedAt" IS NOT NULL AS "isCancelled",
    held."isAllowed", EXISTS (SELECT FROM moved WHERE moved."executionId" = changed.id) AS "hasBegun",
    ${stepStates('changed.id', ', "timeoutSeconds", type, reads')} AS steps`,
});
const start = decide({ status: 'QUEUED', steps: [] }, { kind: 'STARTED' });

const submittingRoles = (Object.keys(rolePermissions) as Role[]).filter((role) =>
  rolePermissions[role].includes('execution:submit'),
);

const claim = writeTogether<ClaimRow>((asked) => claimStatement(asked, submittingRoles));

/**
 * Takes the lease of an execution that is due and still at this version, with a higher fencing token than anybody had
 * before. @returns null when somebody else was first or there is nothing to do.
 */
export async function claimExecution(
  app: ExecutionApp,
  { id, version, requestId }: { id: string; version: number; requestId: string },
): Promise<ExecutionClaim | null> {
  const { leaseMs } = app.config.executions;
  const facts = { id, guard: version, leaseMs, changeId: newId(), requestId };
  const row = await claim(app, { ...facts, transition: start, from: sourcesOf('RUNNING') });
  if (!row) return null;
  const { plan, hasBegun, ...claimed } = row;
  const nowMs = performance.now();
  const inputs = new Map(plan.steps.map(({ name, input = {} }) => [name, input]));
  const steps = row.steps.map((step) => ({ ...toStepState(step, nowMs), input: inputs.get(step.name) }));
  return {
    ...claimed,
    credentials: new PlanCredentials(app.credentialsKey, { tenantId: row.tenantId, sealed: row.credentials }),
    // The statement reads the steps as they were before it.
    steps: hasBegun ? applyTransitions(steps, start.steps, nowMs) : steps,
  };
}
