import type { SavedFilter as SavedFilterRow } from '../../generated/prisma/client.ts';
import * as savedFilters from '../../resolvers/tasks/saved-filters.ts';
import { builder } from '../builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from '../change.ts';
import { TaskFilter, TaskOrder } from './task-inputs.ts';

const SavedFilter = builder.node(builder.objectRef<SavedFilterRow>('SavedFilter'), {
  description: 'A filter for tasks that is stored under a name. Only the user who created it can see it.',
  id: { resolve: ({ id }) => id, description: 'The global id of the saved filter.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name.' }),
    filter: t.expose('filter', {
      type: 'JSON',
      description: 'The filter, as a value of the input type `TaskFilter` that can be passed as a variable.',
    }),
    orderBy: t.expose('orderBy', {
      type: 'JSON',
      nullable: true,
      description:
        'The order, as a value of the input type `TaskOrder` that can be passed as a variable. Null if none is stored.',
    }),
    version: t.exposeInt('version', {
      description:
        'The version of the saved filter, which increases with every change. Pass it as `expectedVersion` to avoid overwriting the changes of others.',
    }),
  }),
});

builder.queryFields((t) => ({
  savedFilters: t.field({
    type: [SavedFilter],
    nullable: true,
    description: 'Your saved filters, ordered by name. At most 50.',
    complexity: { field: 1, multiplier: 50 },
    resolve: savedFilters.savedFilters,
  }),
}));

const CreateSavedFilterInput = builder.inputType('CreateSavedFilterInput', {
  description: 'The fields of a new saved filter.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'The name, 1 to 100 characters. Your saved filters must have different names; case is ignored.',
    }),
    filter: t.field({
      type: TaskFilter,
      required: true,
      description:
        'The conditions for tasks. Periods such as TODAY are relative to the time at which the filter is used.',
    }),
    orderBy: t.field({ type: TaskOrder, description: 'The order of the tasks.' }),
  }),
});

const UpdateSavedFilterInput = builder.inputType('UpdateSavedFilterInput', {
  description: 'The changes to a saved filter. Omitted fields are not changed; null clears the order.',
  fields: (t) => ({
    name: t.string({
      description: 'The new name, 1 to 100 characters. Your saved filters must have different names; case is ignored.',
    }),
    filter: t.field({ type: TaskFilter, description: 'The conditions for tasks.' }),
    orderBy: t.field({ type: TaskOrder, description: 'The order of the tasks.' }),
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
  const id = t.arg.id({ required: true, description: 'The id of the saved filter.' });
  return {
    createSavedFilter: t.field({
      type: payload('CreateSavedFilterPayload', 'The result of createSavedFilter.'),
      description: 'Saves a filter for tasks. You can have at most 50.',
      args: {
        input: t.arg({ type: CreateSavedFilterInput, required: true, description: 'The saved filter to create.' }),
        ...idempotencyKey,
      },
      resolve: savedFilters.createSavedFilter,
    }),
    updateSavedFilter: t.field({
      type: payload('UpdateSavedFilterPayload', 'The result of updateSavedFilter.'),
      description: 'Updates the given fields of a saved filter.',
      args: {
        id,
        input: t.arg({ type: UpdateSavedFilterInput, required: true, description: 'The changes to the saved filter.' }),
        ...expectedVersion,
        ...idempotencyKey,
      },
      resolve: savedFilters.updateSavedFilter,
    }),
    deleteSavedFilter: t.field({
      type: payload('DeleteSavedFilterPayload', 'The result of deleteSavedFilter.'),
      description: 'Deletes a saved filter.',
      args: { id, ...expectedVersion, ...idempotencyKey },
      resolve: savedFilters.deleteSavedFilter,
    }),
  };
});
