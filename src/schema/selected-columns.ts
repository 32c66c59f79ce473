import { type FieldNode, type GraphQLResolveInfo, isObjectType, Kind, type SelectionSetNode } from 'graphql';

type Column<Row> = keyof Row & string;

/** Declares for a field of a type the columns of the row that its resolver reads. */
export function reads<Row>(...columns: readonly Column<Row>[]): { extensions: { columns: readonly string[] } } {
  return { extensions: { columns } };
}

/** The columns that a document reads, by the field of the connection in it. */
const known = new WeakMap<FieldNode, readonly string[] | null>();

/**
 * The columns that the operation reads of the nodes of a connection, as far as its fields expose a column or declare
 * what they read; null if one of them may read any column. What `@skip` and `@include` leave out is read too.
 */
export function nodeColumns<Row>(info: GraphQLResolveInfo, typename: string): readonly Column<Row>[] | null {
  const [first, ...others] = info.fieldNodes;
  if (!first || others.length > 0) return null;
  const columns = known.has(first) ? known.get(first) : columnsOf(info, first, typename);
  known.set(first, columns ?? null);
  return (columns ?? null) as readonly Column<Row>[] | null;
}

function columnsOf(info: GraphQLResolveInfo, connection: FieldNode, typename: string): readonly string[] | null {
  const entries = fieldsOf(info, [connection]);
  const edges = entries.filter(({ name }) => name.value === 'edges');
  const nodes = [...entries, ...fieldsOf(info, edges)].filter(({ name }) => /^nodes?$/.test(name.value));
  const type = info.schema.getType(typename);
  const fields = isObjectType(type) ? type.getFields() : {};
  const columns = new Set<string>();
  for (const { name } of fieldsOf(info, nodes)) {
    // The id is always read.
    if (name.value === '__typename' || name.value === 'id') continue;
    const { columns: declared, pothosExposedField: exposed } = fields[name.value]?.extensions ?? {};
    if (!declared && !exposed) return null;
    for (const column of (declared ?? [exposed]) as readonly string[]) columns.add(column);
  }
  return [...columns].sort();
}

/** The fields that are selected in any of these, including those in fragments. */
function fieldsOf({ fragments }: GraphQLResolveInfo, parents: readonly FieldNode[]): FieldNode[] {
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): FieldNode[] =>
    selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node];
      if (node.kind === Kind.INLINE_FRAGMENT) return collect(node.selectionSet);
      if (spread.has(node.name.value)) return [];
      spread.add(node.name.value);
      const fragment = fragments[node.name.value];
      return fragment ? collect(fragment.selectionSet) : [];
    });
  return parents.flatMap(({ selectionSet }) => (selectionSet ? collect(selectionSet) : []));
}
