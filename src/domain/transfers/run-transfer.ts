import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { excerpt } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { changeAsMember } from '../records/change.ts';
import { actingFor, claimTransfer } from './claim-transfer.ts';
import { type Run, releaseRun } from './run.ts';
import { runExport } from './run-export.ts';
import { runImport } from './run-import.ts';
import { moveTransfer, TransferMovedOn } from './store.ts';

const work = { EXPORT: runExport, IMPORT: runImport };

/** What may pass: the next worker may have more luck. */
const passing: readonly ErrorCode[] = ['UNAVAILABLE', 'INTERNAL', 'RATE_LIMITED'];

/**
 * Runs a transfer from where it stands to its end, if it is still as the word says and nobody else runs it. Every step
 * is a transaction, so whoever takes it up after a crash goes on behind the last one.
 */
export async function runTransfer(
  app: Acting['app'],
  word: { id: string; version: number },
  { requestId, signal }: { requestId: string; signal: AbortSignal },
): Promise<void> {
  const acting = await actingFor(app, word.id, requestId);
  const held = acting && (await claimTransfer(acting, word));
  if (!acting || !held) return;
  const run: Run = { acting, held, signal, renewedMs: performance.now() };
  try {
    await work[held.kind](run);
  } catch (error) {
    await settle(run, error);
  }
}

async function settle(run: Run, error: unknown): Promise<void> {
  if (error instanceof TransferMovedOn) return;
  if (run.signal.aborted) return releaseRun(run);
  if (!(error instanceof AppError) || passing.includes(error.code)) throw error;
  const changes = { errorCode: error.code, errorMessage: excerpt(error.message, 500) };
  await changeAsMember(run.acting, async (tx) => ({
    failed: await moveTransfer(tx, run.held, { event: 'transfer.failed', changes }),
  }));
}
