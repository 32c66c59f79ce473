import type { Page, PageArgs } from '../domain/lists/page.ts';
import type { RequestContext } from './context.ts';

/** The resolver of a connection whose arguments are those of a list of the domain. */
export function connection<Args extends Partial<PageArgs>, T>(
  list: (context: RequestContext, args: Args) => Promise<Page<T>>,
) {
  return async (_: unknown, args: Args, context: RequestContext) => toConnection(await list(context, args));
}

/** A page of the domain in the shape of a Relay connection. Cursors are made only when a client asks for them. */
export function toConnection<T>({ rows, cursorOf, hasNextPage, hasPreviousPage }: Page<T>) {
  const edges = rows.map((node) => ({
    node,
    get cursor() {
      return cursorOf(node);
    },
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
}
