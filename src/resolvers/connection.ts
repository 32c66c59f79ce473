import type { Page } from '../domain/lists/page.ts';

/** A page of the domain in the shape of a Relay connection. */
export function toConnection<T>({ rows, cursorOf, hasNextPage, hasPreviousPage }: Page<T>) {
  const edges = rows.map((node) => ({ node, cursor: cursorOf(node) }));
  return {
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
