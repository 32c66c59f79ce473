import type { User } from '../generated/prisma/client.ts';
import type { RequestContext } from './context.ts';

/** The resolver of a field whose arguments are those of a function of the domain. */
export function call<Args, Result>(act: (context: RequestContext, args: Args) => Result) {
  return (_: unknown, args: Args, context: RequestContext): Result => act(context, args);
}

/** The resolver of a field that reads an object by its id. */
export function byId<Result>(read: (context: RequestContext, id: string) => Result) {
  return (_: unknown, { id }: { id: string }, context: RequestContext): Result => read(context, id);
}

/** The resolver of a field with the user whose id is in a column. */
export function userIn<Column extends string>(column: Column) {
  return (row: Record<Column, string>, _: unknown, { loaders }: RequestContext): Promise<User> =>
    loaders.user.load(row[column]);
}

/** Like `userIn`, for a column that can be null. */
export function optionalUserIn<Column extends string>(column: Column) {
  return (row: Record<Column, string | null>, _: unknown, { loaders }: RequestContext): Promise<User> | null => {
    const id = row[column];
    return id === null ? null : loaders.user.load(id);
  };
}
