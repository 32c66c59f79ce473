import type { SavedFilter as SavedFilterRow } from '../generated/prisma/client.ts';
import * as savedFilters from '../resolvers/saved-filters.ts';
import { builder } from './builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from './change.ts';
import { TaskFilter, TaskOrder } from './task-inputs.ts';

const SavedFilter = builder.node(builder.objectRef<SavedFilterRow>('SavedFilter'), {
  description: 'A filter of tasks that you keep under a name. Nobody else sees it.',
  id: { resolve: ({ id }) => id, description: 'The global id of the saved filter.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What you call it.' }),
    filter: t.expose('filter', { type: 'JSON', description: 'The filter, as a variable of the type TaskFilter.' }),
    orderBy: t.expose('orderBy', {
      type: 'JSON',
      nullable: true,
      description: 'The order, as a variable of the type TaskOrder.',
    }),
    version: t.exposeInt('version', { description: 'Rises with every change; see expectedVersion.' }),
  }),
});

builder.queryFields((t) => ({
  savedFilters: t.field({
    type: [SavedFilter],
    description: 'Your saved filters by their names, at most 50.',
    complexity: { field: 1, multiplier: 50 },
    resolve: savedFilters.savedFilters,
  }),
}));

const CreateSavedFilterInput = builder.inputType('CreateSavedFilterInput', {
  description: 'A filter to be kept.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description:
        'Its name, 1 to 100 characters. No two of your filters have the same name, whatever the letter case.',
    }),
    filter: t.field({
      type: TaskFilter,
      required: true,
      description: 'Which tasks. Days such as TODAY stay relative.',
    }),
    orderBy: t.field({ type: TaskOrder, description: 'In which order.' }),
  }),
});

const UpdateSavedFilterInput = builder.inputType('UpdateSavedFilterInput', {
  description: 'Changes to a saved filter: what is omitted stays, null clears the order.',
  fields: (t) => ({
    name: t.string({
      description:
        'Its new name, 1 to 100 characters. No two of your filters have the same name, whatever the letter case.',
    }),
    filter: t.field({ type: TaskFilter, description: 'Which tasks.' }),
    orderBy: t.field({ type: TaskOrder, description: 'In which order.' }),
  }),
});

function payload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; savedFilter: SavedFilterRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({ savedFilter: t.expose('savedFilter', { type: SavedFilter, description: 'The saved filter.' }) }),
  });
}

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true, description: 'The saved filter.' });
  return {
    createSavedFilter: t.field({
      type: payload('CreateSavedFilterPayload', 'The saved filter that was made.'),
      description: 'Keeps a filter of tasks for you.',
      args: {
        input: t.arg({ type: CreateSavedFilterInput, required: true, description: 'The filter.' }),
        ...idempotencyKey,
      },
      resolve: savedFilters.createSavedFilter,
    }),
    updateSavedFilter: t.field({
      type: payload('UpdateSavedFilterPayload', 'The saved filter that was changed.'),
      description: 'Changes what is given of a saved filter.',
      args: {
        id,
        input: t.arg({ type: UpdateSavedFilterInput, required: true, description: 'The changes.' }),
        ...expectedVersion,
        ...idempotencyKey,
      },
      resolve: savedFilters.updateSavedFilter,
    }),
    deleteSavedFilter: t.field({
      type: payload('DeleteSavedFilterPayload', 'The saved filter as it was.'),
      description: 'Forgets a saved filter.',
      args: { id, ...expectedVersion, ...idempotencyKey },
      resolve: savedFilters.deleteSavedFilter,
    }),
  };
});
