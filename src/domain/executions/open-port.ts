import type { ClaimedStep } from './claim.ts';
import type { Held } from './lease.ts';
import { StepLog } from './step-log.ts';
import type { StepPort } from './step-types/step-type.ts';

/** The port of one attempt of a step, but for its signal. What the step has logged is appended by `close`. */
export function openPort(
  { app, claim }: Held,
  { position, attempt, isResumed }: ClaimedStep,
  outputs: ReadonlyMap<string, unknown>,
): { port: Omit<StepPort, 'signal'>; close: () => Promise<void> } {
  const { id, token, requestId } = claim;
  const log = new StepLog(app, { id, token, position, attempt, requestId });
  return {
    port: {
      log: (text) => log.write(claim.credentials.mask.text(text)),
      outputs,
      idempotencyKey: `${id}-${position}`,
      isResumed,
      egress: app.egress,
      tenantId: claim.tenantId,
    },
    close: () => log.close(),
  };
}
