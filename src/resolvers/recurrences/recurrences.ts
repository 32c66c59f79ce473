import { createRecurrence as create } from '../../domain/recurrence-operations/create-recurrence.ts';
import {
  previewRecurrence as preview,
  previewRecurrenceUpdate as previewUpdate,
} from '../../domain/recurrence-operations/preview-change.ts';
import { updateRecurrence as update } from '../../domain/recurrence-operations/update-recurrence.ts';
import { startsOffRule as isOffRule } from '../../domain/recurrences/dates.ts';
import type {
  CreateRecurrenceInput,
  PreviewRecurrenceInput,
  UpdateRecurrenceInput,
} from '../../domain/recurrences/input.ts';
import type { ComingDate } from '../../domain/recurrences/preview-occurrences.ts';
import { recurrenceSight } from '../../domain/recurrences/visibility.ts';
import { parseRule } from '../../domain/rrule/index.ts';
import { taskSight } from '../../domain/tasks/visibility.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { invalidInput } from '../../shared/errors.ts';
import type { RequestContext } from '../context.ts';
import { seenAmong } from '../projects/projects.ts';
import { seenTask } from '../tasks/seen-task.ts';
import { type RecurrenceFields, withFlatInput } from './recurrence-input.ts';

type Keyed = { idempotencyKey?: string | null };

export function comingDate({ date }: ComingDate) {
  return date.kind === 'DATE' ? new Date(`${date.date}T00:00:00Z`) : null;
}

export function comingInstant({ date }: ComingDate) {
  return date.kind === 'INSTANT' ? date.instant : null;
}

export function interval({ rule }: Recurrence) {
  return parseRule(rule).interval;
}

export function count({ rule }: Recurrence) {
  return parseRule(rule).count;
}

export function startsOffRule(recurrence: Recurrence) {
  return isOffRule(recurrence);
}

/** A user who can see one occurrence may be unable to see those that are assigned to others. */
export async function openTasks({ id }: Recurrence, _: unknown, context: RequestContext) {
  const tasks = await context.loaders.openTasksOfRecurrence.load(id);
  const seen = await seenAmong(
    tasks.map(({ projectId }) => projectId),
    context,
  );
  return tasks.filter((task) => taskSight.sees(context.viewer.userId, task, (projectId) => seen.has(projectId)));
}

/** A task that was moved out of the project of its recurrence can be visible to other users than the recurrence. */
export async function recurrenceOfTask({ id, recurrenceId }: Task, _: unknown, context: RequestContext) {
  const task = recurrenceId ? await seenTask(id, context) : null;
  if (!recurrenceId || !task) return null;
  const recurrence = await context.loaders.recurrence.load(recurrenceId);
  const seen = await seenAmong([recurrence.projectId, task.projectId], context);
  const isSeen = recurrenceSight.sees(context.viewer.userId, { ...recurrence, tasks: [task] }, (id) => seen.has(id));
  return isSeen ? recurrence : null;
}

type CreateInput = Omit<CreateRecurrenceInput, 'preset'> & { preset?: CreateRecurrenceInput['preset'] | null };
type NewTask = CreateRecurrenceInput['task'];

export function createRecurrence(
  _: unknown,
  args: { input: CreateInput & RecurrenceFields<NewTask> } & Keyed,
  context: RequestContext,
) {
  return withFlatInput(args.input, (input) => create(context, { ...args, input: requireRule(input) }));
}

type WithRule<Input> = Input & { preset: CreateRecurrenceInput['preset'] };

function requireRule<Input extends { preset?: CreateRecurrenceInput['preset'] | null }>(input: Input): WithRule<Input> {
  const { preset } = input;
  if (!preset) throw invalidInput([{ path: ['input', 'repeat'], message: 'The rule of the recurrence is required.' }]);
  return { ...input, preset };
}

type Previewing<Input> = { input: Input & RecurrenceFields; first?: number | null };
type PreviewInput = Omit<PreviewRecurrenceInput, 'preset'> & { preset?: PreviewRecurrenceInput['preset'] | null };
const usualDates = 10;

export function previewRecurrence(_: unknown, args: Previewing<PreviewInput>, context: RequestContext) {
  const first = args.first ?? usualDates;
  return withFlatInput(args.input, (input) => preview(context, { input: requireRule(input), first }));
}

export function previewRecurrenceUpdate(_: unknown, args: Previewing<UpdateRecurrenceInput>, context: RequestContext) {
  const first = args.first ?? usualDates;
  return withFlatInput(args.input, (input) => previewUpdate(context, { input, first }));
}

export function updateRecurrence(
  _: unknown,
  args: { input: UpdateRecurrenceInput & RecurrenceFields } & Keyed,
  context: RequestContext,
) {
  return withFlatInput(args.input, (input) => update(context, { ...args, input }));
}
