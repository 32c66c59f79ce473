import type { App } from '../app.ts';
import { rebuildWords } from '../domain/tasks/rebuild-words.ts';
import type { JobName, JobPayload } from '../queues/contract.ts';
import { runErasure } from './erasure-run.ts';
import { scanErasures } from './erasure-scan.ts';
import { runExecution } from './execution-run.ts';
import { scanExecutions } from './execution-scan.ts';
import { deliverInvitation } from './invitation-deliver.ts';
import { scanInvitations } from './invitation-scan.ts';
import { catchUpRecurrence } from './recurrence-catch-up.ts';
import { scanRecurrences } from './recurrence-scan.ts';
import { deliverReminder } from './reminder-deliver.ts';
import { scanReminders } from './reminder-scan.ts';
import { prune } from './retention-prune.ts';
import { runTransfer } from './transfer-run.ts';
import { scanTransfers } from './transfer-scan.ts';
import { emptyTrash } from './trash-empty.ts';

/** What a handler gets beside its payload. */
export type JobContext = {
  app: App;
  /** Ties together the log lines and the events of one run of a job. */
  requestId: string;
  /** Aborted when the process is told to stop and the grace time is over. */
  signal: AbortSignal;
};

/**
 * What a job does. It may run twice, late, or not at all: it looks at the row first and changes nothing when the row
 * has moved on.
 */
export type Handler<N extends JobName> = (payload: JobPayload<N>, context: JobContext) => Promise<void>;

/** Every job's one handler; a job without one does not compile. */
export const handlers: { [N in JobName]: Handler<N> } = {
  'reminder.scan': scanReminders,
  'reminder.deliver': deliverReminder,
  'invitation.scan': scanInvitations,
  'invitation.deliver': deliverInvitation,
  'reminder.post': deliverReminder,
  'recurrence.scan': scanRecurrences,
  'recurrence.catchUp': catchUpRecurrence,
  'execution.scan': scanExecutions,
  'execution.run': runExecution,
  'transfer.scan': scanTransfers,
  'transfer.run': runTransfer,
  'erasure.scan': scanErasures,
  'erasure.run': runErasure,
  'trash.empty': emptyTrash,
  'search.rebuild': (_, { app, requestId, signal }) => rebuildWords(app, { requestId, signal }),
  'retention.prune': prune,
};
