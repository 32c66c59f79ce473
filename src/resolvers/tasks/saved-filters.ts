import type * as saved from '../../domain/saved-filters/saved-filters.ts';
import { checkFilter, type TaskFilter } from '../../domain/tasks/filter.ts';
import type { TaskListArgs } from '../../domain/tasks/list-tasks.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { RequestContext } from '../context.ts';

/** A saved filter as a client gives it. */
export type Input = { name?: string | null; filter?: TaskFilter | null; orderBy?: TaskListArgs['orderBy'] };

/** Stores the input as the client gave it. @throws AppError `INVALID_INPUT` for a filter that cannot be run. */
export function storing<Args extends { input: saved.SavedFilterInput }, Result>(
  store: (context: RequestContext, args: Args) => Result,
) {
  return (args: Omit<Args, 'input'> & { input: Input }, context: RequestContext, given: Input) => {
    if (args.input.filter) checkFilter(args.input.filter, ['input', 'filter']);
    const { name, filter, orderBy } = given;
    const input = { name, filter: filter && asVariable(filter), orderBy: orderBy && asVariable(orderBy) };
    return store(context, { ...args, input } as unknown as Args);
  };
}

/** An input in the form that a client would send: dates are strings, and ids are global ids. */
function asVariable(input: object): Prisma.JsonObject {
  return JSON.parse(JSON.stringify(input)) as Prisma.JsonObject;
}
