/** Descriptions of the fields and arguments of every Relay connection. */
export const connectionDescriptions = {
  firstArgOptions: { description: 'Returns up to this many entries from the start of the list, at most 200.' },
  lastArgOptions: { description: 'Returns up to this many entries from the end of the list, at most 200.' },
  afterArgOptions: { description: 'Returns the entries after this cursor.' },
  beforeArgOptions: { description: 'Returns the entries before this cursor.' },
  edgesFieldOptions: { description: 'The entries of the page, each with its cursor.' },
  nodesOnConnection: { description: 'The entries of the page without their cursors.' },
  cursorFieldOptions: {
    description: 'The position of the entry in the list. Pass it as `after` or `before` to get the entries next to it.',
  },
  nodeFieldOptions: { description: 'The entry.' },
  pageInfoFieldOptions: { description: 'Whether there are further pages, and the cursors to request them with.' },
  pageInfoTypeOptions: { description: 'The position of a page in its list.', permission: null },
  hasNextPageFieldOptions: { description: 'Whether there are entries after this page.' },
  hasPreviousPageFieldOptions: { description: 'Whether there are entries before this page.' },
  startCursorFieldOptions: { description: 'The cursor of the first entry of this page. Null if the page is empty.' },
  endCursorFieldOptions: { description: 'The cursor of the last entry of this page. Null if the page is empty.' },
} as const;

/** The cost of a connection: that of one entry, for each entry of a page. */
export function pageCost({ first, last }: { first?: number | null; last?: number | null }) {
  return { field: 1, multiplier: first ?? last ?? 50 };
}

/** The types of a connection and its edges; `entries` is what a page has. */
export function pageOf(name: string, entries: string) {
  return [
    { name: `${name}Connection`, description: `A page of ${entries}.`, permission: null },
    { name: `${name}Edge`, description: `An entry of a page of ${entries}.`, permission: null },
  ] as const;
}
