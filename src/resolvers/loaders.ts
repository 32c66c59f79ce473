import DataLoader from 'dataloader';
import { readOutputs, type StepPlace } from '../domain/executions/read-outputs.ts';
import { type Delivery, readDeliveries } from '../domain/reminders/deliveries.ts';
import type {
  ChatProposal,
  Execution,
  ExecutionStep,
  Project,
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
  /** The users who are members of each project, always in the same order. */
  membersOfProject: DataLoader<string, string[]>;
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
    user: byId('user', (where) => prisma.user.findMany({ where })),
    remindersOfTask: new DataLoader(async (ids) => {
      const tasks = await prisma.task.findMany({
        where: { id: { in: [...ids] } },
        select: { id: true, reminders: { orderBy: [{ remindAt: 'asc' }, { id: 'asc' }], take: 50 } },
      });
      const byTask = new Map(tasks.map((task) => [task.id, task.reminders]));
      return ids.map((id) => byTask.get(id) ?? []);
    }),
    deliveriesOfReminder: new DataLoader((reminders) => readDeliveries(db, reminders), {
      cacheKeyFn: ({ id }) => id,
    }),
    execution: byId('execution', (where) => prisma.execution.findMany({ where })),
    stepsOfExecution: new DataLoader(async (ids) => {
      const steps = await prisma.executionStep.findMany({
        where: { executionId: { in: [...ids] } },
        orderBy: [{ executionId: 'asc' }, { position: 'asc' }],
      });
      return ids.map((id) => steps.filter((step) => step.executionId === id));
    }),
    outputOfStep: new DataLoader((steps) => readOutputs(db, steps), {
      cacheKeyFn: ({ executionId, position }) => `${executionId} ${position}`,
    }),
    project: new DataLoader(async (ids) => {
      const projects = await prisma.project.findMany({ where: { id: { in: [...ids] } } });
      const byId = new Map(projects.map((project) => [project.id, project]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
    membersOfProject: new DataLoader(async (ids) => {
      const members = await prisma.projectMember.findMany({
        where: { projectId: { in: [...ids] } },
        orderBy: { userId: 'asc' },
      });
      return ids.map((id) => members.filter(({ projectId }) => projectId === id).map(({ userId }) => userId));
    }),
    recurrence: byId('recurrence', (where) => prisma.recurrence.findMany({ where })),
    openTasksOfRecurrence: new DataLoader(async (ids) => {
      const open = { status: 'ACTIVE', deletedAt: null } as const;
      const recurrences = await prisma.recurrence.findMany({
        where: { id: { in: [...ids] } },
        select: { id: true, tasks: { where: open, orderBy: { occurrenceAt: 'asc' }, take: 50 } },
      });
      const byRecurrence = new Map(recurrences.map((recurrence) => [recurrence.id, recurrence.tasks]));
      return ids.map((id) => byRecurrence.get(id) ?? []);
    }),
    proposalOfMessage: new DataLoader(async (ids) => {
      const proposals = await prisma.chatProposal.findMany({ where: { messageId: { in: [...ids] } } });
      const byMessage = new Map(proposals.map((proposal) => [proposal.messageId, proposal]));
      return ids.map((id) => byMessage.get(id) ?? null);
    }),
  };
}

/** A loader of rows that others refer to by their ids, so that each exists. */
function byId<Row extends { id: string }>(
  what: string,
  read: (where: { id: { in: string[] } }) => Promise<Row[]>,
): DataLoader<string, Row> {
  return new DataLoader(async (ids) => {
    const rows = new Map((await read({ id: { in: [...ids] } })).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? new Error(`The ${what} ${id} is referenced but does not exist.`));
  });
}
