import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { variablePlaces } from './argument-places.ts';

/** Properties of an operation that do not depend on its variables. */
export type DocumentFacts = {
  operation: OperationDefinitionNode;
  /** The number of nested fields on the longest path, including those in fragments. */
  depth: number;
  /** The number of aliased fields, each counted as often as its fragment is spread. */
  aliases: number;
  /** The operation and its fragments without introspection; null if nothing else is left. */
  costed: DocumentNode | null;
  /** Where the operation uses each of its variables. Computed on first use. */
  places: (schema: GraphQLSchema) => ReturnType<typeof variablePlaces>;
};

type Measured = Pick<DocumentFacts, 'depth' | 'aliases'>;

/**
 * Measures one operation of a validated document. Introspection of the schema is left out: GraphiQL asks for 15 levels
 * of it, and the validation rule MaxIntrospectionDepth bounds it.
 */
export function documentFacts(document: DocumentNode, operationName: string | null): DocumentFacts | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const selectionSet = withoutIntrospection(operation.selectionSet);
  const costed: DocumentNode | null = selectionSet.selections.length
    ? {
        kind: Kind.DOCUMENT,
        definitions: [{ ...operation, selectionSet }, ...fragments.map(fragmentWithoutIntrospection)],
      }
    : null;
  let known: ReturnType<typeof variablePlaces> | null = null;
  const places = (schema: GraphQLSchema) => (known ??= variablePlaces(schema, document, operation));
  const measured = measure(selectionSet, new Map(fragments.map((node) => [node.name.value, node])));
  return { operation, costed, places, ...measured };
}

function fragmentWithoutIntrospection(node: FragmentDefinitionNode): FragmentDefinitionNode {
  return { ...node, selectionSet: withoutIntrospection(node.selectionSet) };
}

/** `__schema` and `__type` exist only on the query root, so only inline fragments are searched. */
function withoutIntrospection(selectionSet: SelectionSetNode): SelectionSetNode {
  const selections = selectionSet.selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FIELD) return isIntrospection(node.name.value) ? [] : [node];
    if (node.kind === Kind.FRAGMENT_SPREAD) return [node];
    return [{ ...node, selectionSet: withoutIntrospection(node.selectionSet) }];
  });
  return { ...selectionSet, selections };
}

function isIntrospection(name: string): boolean {
  return name === '__schema' || name === '__type';
}

/** Each fragment is measured once, so that fragments spreading fragments cannot make measuring itself expensive. */
function measure(root: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): Measured {
  const measured = new Map<SelectionSetNode, Measured>();
  const visit = (selectionSet: SelectionSetNode | undefined): Measured => {
    if (!selectionSet) return { depth: 0, aliases: 0 };
    const known = measured.get(selectionSet);
    if (known) return known;
    let depth = 0;
    let aliases = 0;
    for (const node of selectionSet.selections) {
      const isField = node.kind === Kind.FIELD;
      if (isField && isIntrospection(node.name.value)) continue;
      const isSpread = node.kind === Kind.FRAGMENT_SPREAD;
      const below = visit(isSpread ? fragments.get(node.name.value)?.selectionSet : node.selectionSet);
      depth = Math.max(depth, below.depth + (isField ? 1 : 0));
      aliases += below.aliases + (isField && node.alias ? 1 : 0);
    }
    measured.set(selectionSet, { depth, aliases });
    return { depth, aliases };
  };
  return visit(root);
}
