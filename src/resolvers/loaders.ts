import DataLoader from 'dataloader';
import { readOutputs, type StepPlace } from '../domain/executions/read-outputs.ts';
import { type Delivery, readDeliveries } from '../domain/reminders/deliveries.ts';
import type {
  ChatProposal,
  Execution,
  ExecutionStep,
  Project,
  ProjectMember,
  Recurrence,
  Reminder,
  Task,
  User,
} from '../generated/prisma/client.ts';
import type { TenantAccess } from '../infra/postgres/tenant-connections.ts';
import { createTaskLoaders, type TaskLoaders } from './tasks/task-loaders.ts';

/** Batched reads of related objects: one statement per relation, however many rows ask. */
export type Loaders = TaskLoaders & {
  user: DataLoader<string, User>;
  /** The earliest 50 of each task. */
  remindersOfTask: DataLoader<string, Reminder[]>;
  /** The deliveries in the log. */
  deliveriesOfReminder: DataLoader<Reminder, Delivery[], string>;
  /** With its plan, which events leave out. */
  execution: DataLoader<string, Execution>;
  /** In the order in which they are run. */
  stepsOfExecution: DataLoader<string, ExecutionStep[]>;
  /** Undefined for a step that has none. */
  outputOfStep: DataLoader<StepPlace, unknown, string>;
  /** Null for one that was deleted. */
  project: DataLoader<string, Project | null>;
  /** The members of each project, always in the same order. */
  membersOfProject: DataLoader<string, ProjectMember[]>;
  recurrence: DataLoader<string, Recurrence>;
  /** The earliest 50 of each recurrence. */
  openTasksOfRecurrence: DataLoader<string, Task[]>;
  /** The proposal for each message of a user. */
  proposalOfMessage: DataLoader<string, ChatProposal | null>;
};

/** Loaders for one request, or for one event of a subscription. */
export function createLoaders({ prisma, db }: TenantAccess): Loaders {
  return {
    ...createTaskLoaders(db),
    user: byId('user', (id) => prisma.user.findMany({ where: { id } })),
    remindersOfTask: groupedBy('taskId', async (id) => {
      const tasks = await prisma.task.findMany({
        where: { id },
        select: { reminders: { orderBy: [{ remindAt: 'asc' }, { id: 'asc' }], take: 50 } },
      });
      return tasks.flatMap((task) => task.reminders);
    }),
    deliveriesOfReminder: new DataLoader((reminders) => readDeliveries(db, reminders), {
      cacheKeyFn: ({ id }) => id,
    }),
    execution: byId('execution', (id) => prisma.execution.findMany({ where: { id } })),
    stepsOfExecution: groupedBy('executionId', (executionId) =>
      prisma.executionStep.findMany({
        where: { executionId },
        orderBy: [{ executionId: 'asc' }, { position: 'asc' }],
      }),
    ),
    outputOfStep: new DataLoader((steps) => readOutputs(db, steps), {
      cacheKeyFn: ({ executionId, position }) => `${executionId} ${position}`,
    }),
    project: byOrNull('id', (id) => prisma.project.findMany({ where: { id } })),
    membersOfProject: groupedBy('projectId', (projectId) =>
      prisma.projectMember.findMany({ where: { projectId }, orderBy: { userId: 'asc' } }),
    ),
    recurrence: byId('recurrence', (id) => prisma.recurrence.findMany({ where: { id } })),
    openTasksOfRecurrence: groupedBy('recurrenceId', async (id) => {
      const open = { status: 'ACTIVE', deletedAt: null } as const;
      const tasks = { where: open, orderBy: { occurrenceAt: 'asc' }, take: 50 } as const;
      const recurrences = await prisma.recurrence.findMany({ where: { id }, select: { tasks } });
      return recurrences.flatMap((recurrence) => recurrence.tasks);
    }),
    proposalOfMessage: byOrNull('messageId', (messageId) => prisma.chatProposal.findMany({ where: { messageId } })),
  };
}

/** Reads the rows that have one of these ids in a column. */
type Read<Row> = (ids: { in: string[] }) => Promise<Row[]>;

/** A loader of rows that others refer to by their ids, so that each exists. */
function byId<Row extends { id: string }>(what: string, read: Read<Row>): DataLoader<string, Row> {
  return loader('id', read, ([row], id) => row ?? new Error(`The ${what} ${id} is referenced but does not exist.`));
}

/** A loader of the row that has an id in a column, or null. */
function byOrNull<Row extends object>(column: keyof Row, read: Read<Row>): DataLoader<string, Row | null> {
  return loader(column, read, ([row]) => row ?? null);
}

/** A loader of all rows that have an id in a column, in the order in which they are read. */
function groupedBy<Row extends object>(column: keyof Row, read: Read<Row>): DataLoader<string, Row[]> {
  return loader(column, read, (rows) => rows);
}

function loader<Row extends object, Value>(
  column: keyof Row,
  read: Read<Row>,
  pick: (rows: Row[], id: string) => Value | Error,
): DataLoader<string, Value> {
  return new DataLoader(async (ids) => {
    const groups = new Map(ids.map((id): [unknown, Row[]] => [id, []]));
    for (const row of await read({ in: [...ids] })) groups.get(row[column])?.push(row);
    return ids.map((id) => pick(groups.get(id) ?? [], id));
  });
}
