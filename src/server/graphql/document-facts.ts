import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type CostOf, costOf } from '../../schema/cost.ts';
import { variablePlaces } from './argument-places.ts';
import { withCoercedType, withCoercedVariables } from './coerced-variables.ts';
import { type CheckInputs, inputCheck } from './input-check.ts';

/** Properties of an operation that do not depend on its variables. */
export type DocumentFacts = {
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The number of nested fields on the longest path, including those in fragments. */
  depth: number;
  /** The number of aliased fields, each counted as often as its fragment is spread. */
  aliases: number;
  /** Whether it asks for the schema. */
  isIntrospecting: boolean;
  /** The document that is executed: the operation and the fragments, without introspection. */
  executable: DocumentNode;
  /** Where the operation uses each of its variables. Computed on first use. */
  places: (schema: GraphQLSchema) => ReturnType<typeof variablePlaces>;
  /** Checks the size of its arguments. Prepared on first use. */
  inputCheck: (schema: GraphQLSchema) => CheckInputs;
  /** What it costs without introspection. Prepared on first use. */
  costOf: (schema: GraphQLSchema) => CostOf;
};

type Measured = Pick<DocumentFacts, 'depth' | 'aliases'>;

/** Measures one operation of a validated document. */
export function documentFacts(document: DocumentNode, operation: OperationDefinitionNode): DocumentFacts {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const given = [withCoercedVariables(operation), ...fragments];
  const executed = given.map(withoutIntrospection);
  const byName = new Map(fragments.map((node) => [node.name.value, node]));
  let known: ReturnType<typeof variablePlaces> | null = null;
  let check: CheckInputs | null = null;
  let cost: CostOf | null = null;
  const executable: DocumentNode = { kind: Kind.DOCUMENT, definitions: executed };
  return {
    operation,
    fragments: byName,
    isIntrospecting: executed.some((node, index) => node !== given[index]),
    executable,
    places: (schema) => (known ??= variablePlaces(schema, document, operation)),
    inputCheck: (schema) => (check ??= inputCheck(schema, [operation, ...fragments])),
    costOf: (schema) => (cost ??= costOf(executable, withCoercedType(schema))),
    ...measure(operation.selectionSet, byName),
  };
}

/** The root fields that `introspect` answers. They exist only on the query root, so fields are not searched. */
function isIntrospection(name: string): boolean {
  return name === '__schema' || name === '__type';
}

function withoutIntrospection<T extends { selectionSet: SelectionSetNode }>(node: T): T {
  const { selections } = node.selectionSet;
  const left = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isIntrospection(selection.name.value) ? [] : [selection];
    return [selection.kind === Kind.FRAGMENT_SPREAD ? selection : withoutIntrospection(selection)];
  });
  const isSame = left.length === selections.length && left.every((selection, index) => selection === selections[index]);
  return isSame ? node : { ...node, selectionSet: { ...node.selectionSet, selections: left } };
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
      const isSpread = node.kind === Kind.FRAGMENT_SPREAD;
      const below = visit(isSpread ? fragments.get(node.name.value)?.selectionSet : node.selectionSet);
      depth = Math.max(depth, below.depth + levelsOf(node));
      aliases += below.aliases + (node.kind === Kind.FIELD && node.alias ? 1 : 0);
    }
    measured.set(selectionSet, { depth, aliases });
    return { depth, aliases };
  };
  return visit(root);
}

/**
 * `ofType` unwraps a list or a non-null type of the schema, and introspection queries repeat it up to nine times without
 * getting more than one type.
 */
function levelsOf(node: SelectionNode): number {
  return node.kind === Kind.FIELD && node.name.value !== 'ofType' ? 1 : 0;
}
