import DataLoader from 'dataloader';
import type { App } from '../app.ts';
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
export function createLoaders({ prisma, db }: Pick<App, 'prisma' | 'db'>): Loaders {
  return {
    ...createTaskLoaders(db),
    user: new DataLoader(async (ids) => {
      const users = await prisma.user.findMany({ where: { id: { in: [...ids] } } });
      const byId = new Map(users.map((user) => [user.id, user]));
      return ids.map((id) => byId.get(id) ?? new Error(`The user ${id} is referenced but does not exist.`));
    }),
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
    execution: new DataLoader(async (ids) => {
      const executions = await prisma.execution.findMany({ where: { id: { in: [...ids] } } });
      const byId = new Map(executions.map((execution) => [execution.id, execution]));
      return ids.map((id) => byId.get(id) ?? new Error(`The execution ${id} is referenced but does not exist.`));
    }),
    stepsOfExecution: new DataLoader(async (ids) => {
      const steps = await prisma.executionStep.findMany({
        where: { executionId: { in: [...ids] } },
        orderBy: [{ executionId: 'asc' }, { position: 'asc' }],
      });
      return ids.map((id) => steps.filter((step) => step.executionId === id));
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
    recurrence: new DataLoader(async (ids) => {
      const recurrences = await prisma.recurrence.findMany({ where: { id: { in: [...ids] } } });
      const byId = new Map(recurrences.map((recurrence) => [recurrence.id, recurrence]));
      return ids.map((id) => byId.get(id) ?? new Error(`The recurrence ${id} is referenced but does not exist.`));
    }),
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
