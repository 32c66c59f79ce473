import { authorize } from '../../auth/permissions.ts';
import type { PageArgs } from '../../domain/lists/page.ts';
import { createRecurrence as create } from '../../domain/recurrence-operations/create-recurrence.ts';
import { deleteRecurrence as remove } from '../../domain/recurrence-operations/delete-recurrence.ts';
import {
  previewRecurrence as preview,
  previewRecurrenceUpdate as previewUpdate,
} from '../../domain/recurrence-operations/preview-change.ts';
import * as status from '../../domain/recurrence-operations/recurrence-status.ts';
import { skipOccurrence as skip } from '../../domain/recurrence-operations/skip-occurrence.ts';
import { updateRecurrence as update } from '../../domain/recurrence-operations/update-recurrence.ts';
import { startsOffRule as isOffRule } from '../../domain/recurrences/dates.ts';
import type {
  CreateRecurrenceInput,
  PreviewRecurrenceInput,
  UpdateRecurrenceInput,
} from '../../domain/recurrences/input.ts';
import { listRecurrences, type RecurrenceFilter } from '../../domain/recurrences/list-recurrences.ts';
import { type ComingDate, previewOccurrences } from '../../domain/recurrences/preview-occurrences.ts';
import { readRecurrence, seenSeries } from '../../domain/recurrences/visibility.ts';
import { parseRule } from '../../domain/rrule/index.ts';
import { isVisible } from '../../domain/tasks/visibility.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { invalidInput } from '../../shared/errors.ts';
import { decodeGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { optionalId } from '../ids.ts';
import { seenAmong } from '../projects/projects.ts';
import { seenTask } from '../tasks/seen-task.ts';
import { type RecurrenceFields, withFlatInput } from './recurrence-input.ts';

type Keyed = { idempotencyKey?: string | null };

/** Rows that `node` can return. */
export function findRecurrence<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'task:read');
  return { id, ...seenSeries(viewer) };
}

export function recurrence(_: unknown, { id }: { id: string }, context: RequestContext) {
  return readRecurrence(context, decodeGlobalId('Recurrence', id, ['id']));
}

export async function recurrences(
  _: unknown,
  { filter, ...args }: { filter?: RecurrenceFilter | null } & PageArgs,
  context: RequestContext,
) {
  const taskId = optionalId('Task', filter?.taskId, ['filter', 'taskId']);
  return toConnection(await listRecurrences(context, { ...args, filter: { ...filter, taskId } }));
}

export async function occurrences(_: unknown, args: { id: string } & PageArgs, context: RequestContext) {
  const id = decodeGlobalId('Recurrence', args.id, ['id']);
  return toConnection(await previewOccurrences(context, { ...args, id }));
}

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

export function creator({ creatorId }: Recurrence, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(creatorId);
}

export function assignee({ assigneeId }: Recurrence, _: unknown, { loaders }: RequestContext) {
  return assigneeId ? loaders.user.load(assigneeId) : null;
}

/** A user who can see one occurrence may be unable to see those that are assigned to others. */
export async function openTasks({ id }: Recurrence, _: unknown, context: RequestContext) {
  const tasks = await context.loaders.openTasksOfRecurrence.load(id);
  const seen = await seenAmong(
    tasks.map(({ projectId }) => projectId),
    context,
  );
  return tasks.filter((task) => isVisible(context.viewer, task, (projectId) => seen.has(projectId)));
}

/** A task that was moved out of the project of its recurrence can be visible to other users than the recurrence. */
export async function recurrenceOfTask({ id, recurrenceId }: Task, _: unknown, context: RequestContext) {
  if (!recurrenceId || !(await seenTask(id, context))) return null;
  const recurrence = await context.loaders.recurrence.load(recurrenceId);
  const { projectId } = recurrence;
  return !projectId || (await seenAmong([projectId], context)).has(projectId) ? recurrence : null;
}

type CreateInput = Omit<CreateRecurrenceInput, 'preset'> & { preset?: CreateRecurrenceInput['preset'] | null };
type NewTask = CreateRecurrenceInput['task'];

export function createRecurrence(
  _: unknown,
  args: { input: CreateInput & RecurrenceFields<NewTask> } & Keyed,
  context: RequestContext,
) {
  return withFlatInput(args.input, (input) => create(context, { ...args, input: decodeNew(requireRule(input)) }));
}

function decodeNew(input: CreateRecurrenceInput): CreateRecurrenceInput {
  const taskId = optionalId('Task', input.taskId, ['input', 'taskId']);
  const assigneeId = optionalId('User', input.task?.assigneeId, ['input', 'task', 'assigneeId']);
  const projectId = optionalId('Project', input.task?.projectId, ['input', 'task', 'projectId']);
  const parentId = optionalId('Task', input.task?.parentId, ['input', 'task', 'parentId']);
  return { ...input, taskId, task: input.task && { ...input.task, assigneeId, projectId, parentId } };
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
  return withFlatInput(args.input, (input) => {
    const taskId = optionalId('Task', input.taskId, ['input', 'taskId']);
    return preview(context, { input: { ...requireRule(input), taskId }, first });
  });
}

export function previewRecurrenceUpdate(_: unknown, args: Previewing<UpdateRecurrenceInput>, context: RequestContext) {
  const first = args.first ?? usualDates;
  return withFlatInput(args.input, (input) => previewUpdate(context, { input: decodeUpdate(input), first }));
}

export function updateRecurrence(
  _: unknown,
  args: { input: UpdateRecurrenceInput & RecurrenceFields } & Keyed,
  context: RequestContext,
) {
  return withFlatInput(args.input, (input) => update(context, { ...args, input: decodeUpdate(input) }));
}

function decodeUpdate(input: UpdateRecurrenceInput): UpdateRecurrenceInput {
  const id = decodeGlobalId('Recurrence', input.id, ['input', 'id']);
  const taskId = optionalId('Task', input.taskId, ['input', 'taskId']);
  const assigneeId = optionalId('User', input.assigneeId, ['input', 'assigneeId']);
  const projectId = optionalId('Project', input.projectId, ['input', 'projectId']);
  return { ...input, id, taskId, assigneeId, projectId };
}

export const pauseRecurrence = onRecurrence(status.pauseRecurrence);
export const resumeRecurrence = onRecurrence(status.resumeRecurrence);
export const cancelRecurrence = onRecurrence(status.cancelRecurrence);
export const deleteRecurrence = onRecurrence(remove);
export const generateNextOccurrence = onRecurrence(status.generateNextOccurrence);

function onRecurrence<R>(act: (context: RequestContext, target: status.RecurrenceTarget) => Promise<R>) {
  return (_: unknown, args: status.RecurrenceTarget, context: RequestContext) =>
    act(context, { ...args, id: decodeGlobalId('Recurrence', args.id, ['id']) });
}

export function skipOccurrence(_: unknown, args: { taskId: string } & Keyed, context: RequestContext) {
  return skip(context, { ...args, taskId: decodeGlobalId('Task', args.taskId, ['taskId']) });
}
