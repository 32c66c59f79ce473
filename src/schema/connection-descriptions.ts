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
  pageInfoTypeOptions: { description: 'The position of a page in its list.' },
  hasNextPageFieldOptions: { description: 'Whether there are entries after this page.' },
  hasPreviousPageFieldOptions: { description: 'Whether there are entries before this page.' },
  startCursorFieldOptions: { description: 'The cursor of the first entry of this page. Null if the page is empty.' },
  endCursorFieldOptions: { description: 'The cursor of the last entry of this page. Null if the page is empty.' },
} as const;
