import { type DocumentNode, type GraphQLSchema, getOperationAST } from 'graphql';
import { coerceVariables, type VariableValues } from '../../src/server/graphql/coerce-variables.ts';
import { type DocumentFacts, documentFacts } from '../../src/server/graphql/document-facts.ts';

/** The facts of the operation of this name, or of the only one. */
export function factsOf(document: DocumentNode, operationName: string | null = null): DocumentFacts {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('The document has no such operation.');
  return documentFacts(document, operation);
}

/** An operation as the server executes it once it is within the limits. */
export function prepared(schema: GraphQLSchema, document: DocumentNode, given: VariableValues = {}) {
  const facts = factsOf(document);
  return { document: facts.executable, variableValues: { ...coerceVariables(schema, facts, given) } };
}
