import * as saved from '../../domain/saved-filters/saved-filters.ts';
import { call } from '../../resolvers/call.ts';
import { type Input as Given, storing } from '../../resolvers/tasks/saved-filters.ts';
import { builder } from '../builder.ts';
import { expectedVersion, idempotencyKey, payload } from '../change.ts';
import { givenArguments } from '../ids.ts';
import { TaskFilter, TaskOrder } from './task-inputs.ts';

export const SavedFilter = builder.prismaNode('SavedFilter', {
  permission: 'task:read',
  description: 'A filter for tasks that is stored under a name. Only the user who created it can see it.',
  id: { field: 'id', description: 'The global id of the saved filter.' },
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
    permission: 'task:read',
    type: [SavedFilter],
    nullable: true,
    description: 'Your saved filters, ordered by name. At most 50.',
    complexity: { field: 1, multiplier: 50 },
    resolve: call(saved.listSavedFilters),
  }),
}));

const CreateSavedFilterInput = builder.inputType('CreateSavedFilterInput', {
  description: 'The fields of a new saved filter.',
  fields: (t) => ({
    name: t.string({
      required: true,
      maxLength: saved.nameLength,
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

const changedFilter = { savedFilter: { type: SavedFilter, description: 'The saved filter.' } };

const createSavedFilter = storing(saved.createSavedFilter);
const updateSavedFilter = storing(saved.updateSavedFilter);

builder.mutationFields((t) => {
  const id = t.arg.id({ for: SavedFilter, required: true, description: 'The id of the saved filter.' });
  return {
    createSavedFilter: t.field({
      permission: 'filter:write',
      type: payload('createSavedFilter', changedFilter),
      description: 'Saves a filter for tasks. You can have at most 50.',
      args: {
        input: t.arg({ type: CreateSavedFilterInput, required: true, description: 'The saved filter to create.' }),
        ...idempotencyKey,
      },
      resolve: (_, args, context, info) => createSavedFilter(args, context, givenArguments(info).input as Given),
    }),
    updateSavedFilter: t.field({
      permission: 'filter:write',
      type: payload('updateSavedFilter', changedFilter),
      description: 'Updates the given fields of a saved filter.',
      args: {
        id,
        input: t.arg({ type: UpdateSavedFilterInput, required: true, description: 'The changes to the saved filter.' }),
        ...expectedVersion,
        ...idempotencyKey,
      },
      resolve: (_, args, context, info) => updateSavedFilter(args, context, givenArguments(info).input as Given),
    }),
    deleteSavedFilter: t.field({
      permission: 'filter:write',
      type: payload('deleteSavedFilter', changedFilter),
      description: 'Deletes a saved filter.',
      args: { id, ...expectedVersion, ...idempotencyKey },
      resolve: call(saved.deleteSavedFilter),
    }),
  };
});
