import { rolePermissions } from '../../auth/permissions.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import { isDatabaseUnavailable } from '../../infra/postgres/failures.ts';
import { newId } from '../../shared/ids.ts';
import { type ExecutionApp, writeAllWithEvents } from './append-events.ts';
import { PlanCredentials } from './credentials/plan-credentials.ts';
import { decide } from './decide.ts';
import { type ClaimTerms, isReady, pickedSql, pickedValues } from './next-executions.ts';
import type { Plan } from './plan-schema.ts';
import { sourcesOf } from './state.ts';
import { applyTransitions, type StepState, type StepStateRow, stepStates, toStepState } from './transition.ts';
import { pickingWriter } from './transition-writer.ts';

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
  priority: number;
  token: number;
  /** Ties together what is logged and written under this claim. */
  requestId: string;
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
  /** Its place among those that were picked. */
  k: number;
  plan: Plan;
  credentials: Uint8Array | null;
  hasBegun: boolean;
  steps: StepRow[];
};

/** The first step of an execution of which nothing has run begins with the claim; its holder decides on any other. */
const terms = {
  where: isReady('e'),
  columns: `EXISTS (
        SELECT FROM membership m WHERE m."tenantId" = e."tenantId" AND m."userId" = e."submitterId"
          AND m."removedAt" IS NULL AND m.role = ANY($12::"Role"[])) AS "isAllowed"`,
  stepsIf: 'held."isAllowed" AND held."startedAt" IS NULL',
  // Who has it locked claims or cancels it.
  lock: 'SKIP LOCKED',
  result: `changed.id, changed."tenantId", changed.priority, changed.plan, changed.credentials, changed."fencingToken" AS token,
    asked."requestId", changed."timeoutSeconds" * 1000 - changed."ranMs" AS "leftMs",
    changed."cancelRequestedAt" IS NOT NULL AS "isCancelled", held."isAllowed",
    EXISTS (SELECT FROM moved WHERE moved."executionId" = changed.id) AS "hasBegun",
    ${stepStates('changed.id', ', "timeoutSeconds", type, reads')} AS steps`,
} as const;
const claimAny = pickingWriter({ name: 'claim-executions', picked: pickedSql({ onlyUrgent: false }), ...terms });
const claimUrgent = pickingWriter({ name: 'claim-urgent', picked: pickedSql({ onlyUrgent: true }), ...terms });

const started = decide({ status: 'QUEUED', steps: [] }, { kind: 'STARTED' });

const submittingRoles = (Object.keys(rolePermissions) as Role[]).filter((role) =>
  rolePermissions[role].includes('execution:submit'),
);

/**
 * Takes the leases of the executions that are next, by one statement, each with a higher fencing token than anybody had
 * before. If the statement fails, each is claimed alone, so that none waits because of another. @returns them in their
 * order.
 */
export async function claimExecutions(app: ExecutionApp, next: ClaimTerms): Promise<ExecutionClaim[]> {
  try {
    return await claimPicked(app, next);
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    const claims: ExecutionClaim[] = [];
    for (const { id, tenantId } of await pickOnly(app, next)) {
      const alone = {
        ...next,
        room: { all: 1, ordinary: Math.min(1, next.room.ordinary) },
        fresh: [tenantId],
        only: id,
      };
      const claimed = claimPicked(app, alone).catch((err: unknown) => {
        app.log.error({ err, execution: id }, 'An execution could not be claimed. The next claim tries again.');
        return [];
      });
      claims.push(...(await claimed));
    }
    return claims;
  }
}

async function claimPicked(app: ExecutionApp, next: ClaimTerms): Promise<ExecutionClaim[]> {
  const statementOf = next.room.ordinary > 0 ? claimAny : claimUrgent;
  const asked = { transition: started, from: sourcesOf('RUNNING'), leaseMs: app.config.executions.leaseMs };
  const statement = statementOf(asked, ...pickedValues(next, newIds(next)), submittingRoles);
  const rows = await writeAllWithEvents<ClaimRow>(app, statement);
  const nowMs = performance.now();
  return rows.sort((a, b) => a.k - b.k).map((row) => toClaim(app, row, nowMs));
}

/** What a claim would take. */
async function pickOnly({ db }: ExecutionApp, next: ClaimTerms): Promise<{ id: string; tenantId: string }[]> {
  const picked = pickedSql({ onlyUrgent: next.room.ordinary === 0 });
  // A claim has two values more, at first.
  const text = `WITH RECURSIVE ${picked} SELECT id, "tenantId" FROM picked JOIN execution USING (id) ORDER BY k`;
  const shifted = text.replaceAll(/\$(\d+)/g, (_, n) => `$${Number(n) - 2}`);
  return (await db.query<{ id: string; tenantId: string }>(shifted, pickedValues(next, newIds(next)))).rows;
}

const newIds = ({ room }: ClaimTerms) => Array.from({ length: room.all }, newId);

function toClaim(app: ExecutionApp, { k: _, plan, hasBegun, ...row }: ClaimRow, nowMs: number): ExecutionClaim {
  const inputs = new Map(plan.steps.map(({ name, input = {} }) => [name, input]));
  const steps = row.steps.map((step) => ({ ...toStepState(step, nowMs), input: inputs.get(step.name) }));
  return {
    ...row,
    credentials: new PlanCredentials(app.credentialsKey, { tenantId: row.tenantId, sealed: row.credentials }),
    // The statement reads the steps as they were before it.
    steps: hasBegun ? applyTransitions(steps, started.steps, nowMs) : steps,
  };
}
