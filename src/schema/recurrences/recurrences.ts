import { deleteRecurrence } from '../../domain/recurrence-operations/delete-recurrence.ts';
import * as status from '../../domain/recurrence-operations/recurrence-status.ts';
import { skipOccurrence } from '../../domain/recurrence-operations/skip-occurrence.ts';
import { listRecurrences } from '../../domain/recurrences/list-recurrences.ts';
import { previewOccurrences } from '../../domain/recurrences/preview-occurrences.ts';
import { readRecurrence } from '../../domain/recurrences/store.ts';
import { byId, call } from '../../resolvers/call.ts';
import { connection } from '../../resolvers/connection.ts';
import * as recurrences from '../../resolvers/recurrences/recurrences.ts';
import { builder } from '../builder.ts';
import { expectedVersion, idempotencyKey, payload } from '../change.ts';
import { pageCost, pageOf } from '../connection.ts';
import { Task } from '../tasks/task-types.ts';
import { occurrencesCost, previewCost, previewUpdateCost } from './date-cost.ts';
import {
  CreateRecurrenceInput,
  PreviewRecurrenceInput,
  PreviewRecurrenceUpdateInput,
  RecurrenceFilter,
  UpdateRecurrenceInput,
} from './recurrence-inputs.ts';
import { Occurrence, Recurrence } from './recurrence-types.ts';

builder.queryFields((t) => ({
  recurrence: t.field({
    permission: 'task:read',
    type: Recurrence,
    nullable: true,
    description:
      'Finds a recurrence by its id. Null, with a NOT_FOUND error, if it does not exist or you cannot see it.',
    args: { id: t.arg.id({ for: Recurrence, required: true, description: 'The id of the recurrence.' }) },
    resolve: byId(readRecurrence),
  }),
  recurrences: t.connection(
    {
      permission: 'task:read',
      type: Recurrence,
      nullable: true,
      description:
        'The recurrences that you can see, the newest first. A page has 50 recurrences by default and at most 200.',
      args: {
        filter: t.arg({ type: RecurrenceFilter, description: 'Returns only recurrences that match this filter.' }),
      },
      complexity: pageCost,
      resolve: connection(listRecurrences),
    },
    ...pageOf('Recurrence', 'recurrences'),
  ),
  previewRecurrence: t.field({
    permission: 'task:read',
    type: [Occurrence],
    nullable: true,
    description:
      'The first dates of the recurrence that `createRecurrence` would create. Nothing is stored. Invalid input is refused in the same way.',
    args: {
      input: t.arg({ type: PreviewRecurrenceInput, required: true, description: 'The rule and the first due date.' }),
      first: t.arg.int({ description: 'The number of dates to return, from 1 to 100. 10 by default.' }),
    },
    complexity: previewCost,
    resolve: recurrences.previewRecurrence,
  }),
  previewRecurrenceUpdate: t.field({
    permission: 'task:read',
    type: [Occurrence],
    nullable: true,
    description:
      'The dates that a recurrence would have after `updateRecurrence`, beginning with the occurrence that the change starts from. Nothing is stored.',
    args: {
      input: t.arg({
        type: PreviewRecurrenceUpdateInput,
        required: true,
        description: 'The changes to the recurrence.',
      }),
      first: t.arg.int({ description: 'The number of dates to return, from 1 to 100. 10 by default.' }),
    },
    complexity: previewUpdateCost,
    resolve: recurrences.previewRecurrenceUpdate,
  }),
  occurrences: t.connection(
    {
      permission: 'task:read',
      type: Occurrence,
      nullable: true,
      description:
        'The future dates of a recurrence for which no task has been created yet. Empty if the recurrence has ended. Only forward pagination with `first` and `after` is supported. Null, with a NOT_FOUND error, if the recurrence does not exist or you cannot see it.',
      args: { id: t.arg.id({ for: Recurrence, required: true, description: 'The id of the recurrence.' }) },
      complexity: occurrencesCost,
      resolve: connection(previewOccurrences),
    },
    ...pageOf('Occurrence', 'future dates'),
  ),
}));

const changedRecurrence = { recurrence: { type: Recurrence, description: 'The recurrence after the change.' } };

builder.mutationFields((t) => {
  const target = {
    id: t.arg.id({ for: Recurrence, required: true, description: 'The id of the recurrence.' }),
    ...expectedVersion,
    ...idempotencyKey,
  };
  return {
    createRecurrence: t.field({
      permission: 'task:write',
      type: payload('createRecurrence', changedRecurrence),
      description:
        'Creates a recurrence, with a task as its first occurrence. INVALID_INPUT if its rule is invalid or has no dates.',
      args: {
        input: t.arg({ type: CreateRecurrenceInput, required: true, description: 'The recurrence to create.' }),
        ...idempotencyKey,
      },
      resolve: recurrences.createRecurrence,
    }),
    updateRecurrence: t.field({
      permission: 'task:write',
      type: payload('updateRecurrence', changedRecurrence),
      description:
        'Updates a recurrence and the occurrences that `scope` selects. Completed occurrences are not changed. CONFLICT if the recurrence has ended.',
      args: {
        input: t.arg({ type: UpdateRecurrenceInput, required: true, description: 'The changes to the recurrence.' }),
        ...idempotencyKey,
      },
      resolve: recurrences.updateRecurrence,
    }),
    pauseRecurrence: t.field({
      permission: 'task:write',
      type: payload('pauseRecurrence', changedRecurrence),
      description: 'Pauses a recurrence: no occurrences are created until it is resumed. CONFLICT if it is not active.',
      args: target,
      resolve: call(status.pauseRecurrence),
    }),
    resumeRecurrence: t.field({
      permission: 'task:write',
      type: payload('resumeRecurrence', changedRecurrence),
      description:
        'Resumes a paused recurrence and creates its next occurrences. Dates that passed while it was paused are skipped. CONFLICT if it is not paused.',
      args: target,
      resolve: call(status.resumeRecurrence),
    }),
    cancelRecurrence: t.field({
      permission: 'task:write',
      type: payload('cancelRecurrence', changedRecurrence),
      description: 'Ends a recurrence. Its open occurrences are kept. CONFLICT if it has ended.',
      args: target,
      resolve: call(status.cancelRecurrence),
    }),
    deleteRecurrence: t.field({
      permission: 'task:write',
      type: payload('deleteRecurrence', {
        recurrence: { type: Recurrence, description: 'The recurrence, whose status is now CANCELLED.' },
        tasks: { type: [Task], description: 'The occurrences that were moved to the trash.' },
      }),
      description:
        'Ends a recurrence and moves its open occurrences to the trash. Completed occurrences are kept. To keep the open occurrences too, use `cancelRecurrence`.',
      args: target,
      resolve: call(deleteRecurrence),
    }),
    skipOccurrence: t.field({
      permission: 'task:write',
      type: payload('skipOccurrence', {
        recurrence: {
          type: Recurrence,
          nullable: true,
          description:
            'The recurrence after the change. Null if you cannot see it, because the occurrence was moved to another project.',
        },
        task: { type: Task, description: 'The occurrence, which is now in the trash.' },
      }),
      description: 'Skips an open occurrence: it is moved to the trash and the next occurrence is created.',
      args: {
        taskId: t.arg.id({ for: Task, required: true, description: 'The id of the occurrence.' }),
        ...idempotencyKey,
      },
      resolve: call(skipOccurrence),
    }),
    generateNextOccurrence: t.field({
      permission: 'task:write',
      type: payload('generateNextOccurrence', {
        ...changedRecurrence,
        task: {
          type: Task,
          nullable: true,
          description: 'The new occurrence. Null if you cannot see it, because it is assigned to another user.',
        },
      }),
      description: 'Creates the next occurrence of an active recurrence in advance. CONFLICT if it has no more dates.',
      args: target,
      resolve: call(status.generateNextOccurrence),
    }),
  };
});
