import type { Recurrence, Reminder, Task } from '../../generated/prisma/client.ts';
import { closeFeed } from '../calendar/feed.ts';
import { lockProjects, projectRecords } from '../projects/store.ts';
import { projectSight } from '../projects/visibility.ts';
import type { Change } from '../records/change.ts';
import { saveRecords } from '../records/save-records.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { reminderRecords } from '../reminders/store.ts';
import { changeTasks } from '../task-operations/change-task.ts';
import { taskRecords } from '../tasks/store.ts';
import { revokeTokens } from '../tenants/revoke-tokens.ts';

/** The departing member of a tenant, and the successor. */
type HandOver = { tenantId: string; departingId: string; successorId: string };

/**
 * Hands over the work of a departing member, in a fixed number of statements: their open tasks, their active
 * recurrences, and all tasks that nobody else can see are assigned to the successor. In a private project that the
 * successor cannot see, they become unassigned; a project without other members gets the successor as a member.
 * Reminders of the departing member are cancelled, and tokens and calendar feed are revoked. The membership is locked,
 * so no task can be assigned to them in the meantime.
 */
export async function handOver(tx: Change, parties: HandOver): Promise<void> {
  await leaveProjects(tx, parties);
  await handOverTasks(tx, parties);
  await cancelReminders(tx, parties);
  await handOverRecurrences(tx, parties);
  const departing = { tenantId: parties.tenantId, userId: parties.departingId };
  // A member who returns starts without tokens.
  await revokeTokens(tx, departing);
  await closeFeed(tx, departing);
}

const seenBySuccessor = (table: 'task' | 'recurrence') => `(${table}."projectId" IS NULL OR EXISTS (SELECT FROM project
  WHERE project."tenantId" = ${table}."tenantId" AND project.id = ${table}."projectId" AND ${projectSight.sql('$3')})) AS "isSeen"`;
type Inherited<Row> = Row & { isSeen: boolean };

const lockTasks = `SELECT ${taskRecords.columns}, ${seenBySuccessor('task')} FROM task
  WHERE "tenantId" = $1 AND "deletedAt" IS NULL AND ("assigneeId" = $2 AND status = 'ACTIVE'
    OR "creatorId" = $2 AND "projectId" IS NULL AND coalesce("assigneeId", $2) = $2)
  ORDER BY id FOR UPDATE OF task`;

async function handOverTasks(tx: Change, { tenantId, departingId, successorId }: HandOver): Promise<void> {
  const tasks = await tx.query<Inherited<Task>>('lock-tasks-of-departing', lockTasks, [
    tenantId,
    departingId,
    successorId,
  ]);
  await changeTasks(
    tx,
    tasks.map(({ isSeen, ...before }) => ({
      before,
      event: 'task.updated',
      changes: { assigneeId: isSeen ? successorId : null },
    })),
  );
}

const lockReminders = `SELECT ${reminderRecords.columns} FROM reminder
  WHERE "tenantId" = $1 AND "userId" = $2 AND status = 'PENDING' ORDER BY id FOR UPDATE`;

async function cancelReminders(tx: Change, { tenantId, departingId }: HandOver): Promise<void> {
  const pending = await tx.query<Reminder>('lock-reminders-of-departing', lockReminders, [tenantId, departingId]);
  const event = 'reminder.cancelled';
  await saveRecords(
    tx,
    reminderRecords,
    pending.map((before) => ({ before, event })),
  );
}

const lockSeries = `SELECT ${recurrenceRecords.columns}, ${seenBySuccessor('recurrence')} FROM recurrence
  WHERE "tenantId" = $1 AND status IN ('ACTIVE', 'PAUSED')
    AND ("assigneeId" = $2 OR "creatorId" = $2 AND "projectId" IS NULL AND "assigneeId" IS NULL)
  ORDER BY id FOR UPDATE OF recurrence`;

async function handOverRecurrences(tx: Change, { tenantId, departingId, successorId }: HandOver): Promise<void> {
  const series = await tx.query<Inherited<Recurrence>>('lock-recurrences-of-departing', lockSeries, [
    tenantId,
    departingId,
    successorId,
  ]);
  await saveRecords(
    tx,
    recurrenceRecords,
    series.map(({ isSeen, ...before }) => ({
      before,
      event: 'recurrence.updated',
      changes: { assigneeId: isSeen ? successorId : null },
    })),
  );
}

const selectProjects = 'SELECT "projectId" FROM project_member WHERE "tenantId" = $1 AND "userId" = $2';

async function leaveProjects(tx: Change, { tenantId, departingId, successorId }: HandOver): Promise<void> {
  const joined = await tx.query<{ projectId: string }>('projects-of-departing', selectProjects, [
    tenantId,
    departingId,
  ]);
  if (joined.length === 0) return;
  const ids = joined.map(({ projectId }) => projectId);
  const projects = (await lockProjects(tx, tenantId, ids)).filter(({ memberIds }) => memberIds.includes(departingId));
  await saveRecords(
    tx,
    projectRecords,
    projects.map((before) => {
      const others = before.memberIds.filter((id) => id !== departingId);
      const memberIds = others.length > 0 ? others : [successorId];
      return { before, event: 'project.memberRemoved', changes: { memberIds } };
    }),
  );
}
