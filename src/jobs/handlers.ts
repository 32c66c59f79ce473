import type { App } from '../app.ts';
import { runErasure, scanErasures } from '../domain/erasures/run-erasure.ts';
import { scanExecutions } from '../domain/executions/dispatch.ts';
import { runExecution } from '../domain/executions/run-execution.ts';
import { deliverInvitation } from '../domain/invitations/deliver-invitation.ts';
import { dispatchInvitations } from '../domain/invitations/dispatch-invitations.ts';
import { catchUp, dispatchRecurrences } from '../domain/recurrences/catch-up.ts';
import { deliverReminder } from '../domain/reminders/deliver-reminder.ts';
import { dispatchReminders } from '../domain/reminders/dispatch-reminders.ts';
import { prune } from '../domain/retention/prune.ts';
import { emptyTrash } from '../domain/task-operations/empty-trash.ts';
import { rebuildWords } from '../domain/tasks/rebuild-words.ts';
import { scanTransfers } from '../domain/transfers/dispatch.ts';
import { runTransfer } from '../domain/transfers/run-transfer.ts';
import type { JobName, JobPayload } from '../queues/contract.ts';

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
export type Handler<N extends JobName> = (payload: JobPayload<N>, context: JobContext) => Promise<unknown>;

/** Every job's one handler; a job without one does not compile. */
export const handlers: { [N in JobName]: Handler<N> } = {
  'reminder.scan': (_, { app }) => dispatchReminders(app),
  'reminder.deliver': (word, { app, ...run }) => deliverReminder(app, word, run),
  'reminder.post': (word, { app, ...run }) => deliverReminder(app, word, run),
  'invitation.scan': (_, { app }) => dispatchInvitations(app),
  'invitation.deliver': (word, { app, ...run }) => deliverInvitation(app, word, run),
  'recurrence.scan': (_, { app }) => dispatchRecurrences(app),
  'recurrence.catchUp': (word, { app, requestId }) => catchUp(app, word, { requestId }),
  'execution.scan': (_, { app, requestId }) => scanExecutions(app, requestId),
  'execution.run': (word, { app, ...run }) => runExecution(app, { ...word, ...run }),
  'transfer.scan': (_, { app }) => scanTransfers(app),
  'transfer.run': (word, { app, ...run }) => runTransfer(app, word, run),
  'erasure.scan': (_, { app }) => scanErasures(app),
  'erasure.run': (formerMember, { app, ...run }) => runErasure(app, formerMember, run),
  'trash.empty': (_, { app, ...run }) => emptyTrash(app, run),
  'search.rebuild': (_, { app, ...run }) => rebuildWords(app, run),
  'retention.prune': (_, { app, signal }) => prune(app, signal),
};
