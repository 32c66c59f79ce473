import type { Row } from './row.ts';
import { accessEnds, requestsEnd } from './rows/access-ends.ts';
import { createTask } from './rows/create-task.ts';
import { deliveryToAll, deliveryToMany, deliveryToSome } from './rows/delivery.ts';
import { deliveryAcross } from './rows/delivery-across.ts';
import { eventAppend } from './rows/event-append.ts';
import { executions } from './rows/executions.ts';
import { executionsOnRedis } from './rows/executions-redis.ts';
import { executionStart, executionStartApart } from './rows/executions-start.ts';
import { firstStart, memory } from './rows/first-start.ts';
import { handOver } from './rows/hand-over.ts';
import { idleCpu, idleStatements } from './rows/idle.ts';
import { importAgainstInsert, importRate } from './rows/import.ts';
import { installSize } from './rows/install-size.ts';
import { millionTasks } from './rows/million-tasks.ts';
import { remindersCreated, remindersDelivered, remindersMoved } from './rows/pending-reminders.ts';
import { againstPostgraphile } from './rows/postgraphile.ts';
import { recurrence } from './rows/recurrence.ts';
import { reminderKills } from './rows/reminder-kills.ts';
import { reminderPunctuality } from './rows/reminder-punctuality.ts';
import { reminders } from './rows/reminders.ts';
import { resume } from './rows/resume.ts';
import { starvation } from './rows/starvation.ts';
import { taskList } from './rows/task-list.ts';

/** Every performance claim, in the order of the table. */
export const rows: readonly Row[] = [
  taskList,
  againstPostgraphile,
  millionTasks,
  createTask,
  eventAppend,
  deliveryToSome,
  deliveryToAll,
  deliveryToMany,
  deliveryAcross,
  accessEnds,
  requestsEnd,
  resume,
  executions,
  executionsOnRedis,
  executionStart,
  executionStartApart,
  reminders,
  remindersCreated,
  remindersMoved,
  remindersDelivered,
  reminderPunctuality,
  reminderKills,
  recurrence,
  handOver,
  importRate,
  importAgainstInsert,
  starvation,
  idleStatements,
  idleCpu,
  memory,
  firstStart,
  installSize,
];
