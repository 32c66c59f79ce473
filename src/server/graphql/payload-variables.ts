import { type DocumentNode, getOperationAST, visit } from 'graphql';

/**
 * The variables that the payloads of a subscription depend on: all but those in the arguments of its root field, which
 * say what it gets.
 */
export function payloadVariables(document: DocumentNode): string[] {
  const roots = new Set<unknown>(getOperationAST(document)?.selectionSet.selections);
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: (_node, _key, _arguments, _path, ancestors) => (roots.has(ancestors.at(-1)) ? false : undefined),
    Variable: ({ name }) => void names.add(name.value),
  });
  return [...names];
}
