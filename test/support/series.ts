import type { App } from '../../src/app.ts';
import { recurrenceWork } from '../../src/domain/recurrences/catch-up.ts';
import {
  CompleteTaskDocument,
  CreateRecurrenceDocument,
  type CreateRecurrenceInput,
  CreateTaskDocument,
  type RecurrenceFieldsFragment,
  type TaskDueInput,
  TasksDocument,
} from './operations.ts';
import type { Person } from './test-app.ts';
import { scanNow, workContext } from './work.ts';

type Input = Partial<CreateRecurrenceInput> & { due?: TaskDueInput };

/** Makes a task and a series of it; DAILY unless said otherwise. */
export async function makeSeries(person: Person, { due, ...input }: Input): Promise<RecurrenceFieldsFragment> {
  const { createTask } = await person.run(CreateTaskDocument, { input: { title: 'water plants', due } });
  const wanted = { taskId: createTask.task.id, preset: 'DAILY', ...input } as const;
  return (await person.run(CreateRecurrenceDocument, { input: wanted })).createRecurrence.recurrence;
}

/** The dues of the open occurrences, in their order. */
export function duesOf({ openTasks }: Pick<RecurrenceFieldsFragment, 'openTasks'>): (string | undefined)[] {
  return openTasks.map(({ due }) => due?.date ?? due?.at ?? undefined);
}

/** The open occurrences as they are now. */
export async function openOf(person: Person, recurrenceId: string) {
  const variables = {
    filter: { recurrenceId, status: 'ACTIVE' },
    orderBy: { field: 'DUE', direction: 'ASC' },
  } as const;
  const { nodes } = (await person.run(TasksDocument, variables)).tasks;
  return nodes.map((task) => ({ id: task.id, due: task.due?.date ?? task.due?.at }));
}

/** Completes the earliest open occurrence. @returns its id and the change. */
export async function completeFirst(person: Person, recurrenceId: string): Promise<{ id: string; changeId: string }> {
  const id = (await openOf(person, recurrenceId))[0]?.id ?? '';
  return { id, changeId: (await person.run(CompleteTaskDocument, { id })).completeTask.changeId };
}

/** Does what the scan and the jobs it enqueues would do now, and once more what each job says. @returns how many jobs. */
export async function catchUpAll(app: App): Promise<number> {
  const words: { id: string; version: number }[] = [];
  const add = async (_: object, added: readonly { payload: object }[]) => {
    words.push(...added.map(({ payload }) => payload as { id: string; version: number }));
  };
  await scanNow({ ...app, queues: { add } as unknown as App['queues'] }, recurrenceWork);
  for (const word of [...words, ...words]) await recurrenceWork.attempt(workContext(app), word);
  return words.length;
}
