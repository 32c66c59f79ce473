import { type DocumentNode, type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Limits } from '../../config/config.ts';
import { AppError } from '../../shared/errors.ts';
import { isDeeperThan } from '../../shared/nesting.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import { beforeExecution } from './before-execution.ts';
import { coerceVariables, type VariableValues } from './coerce-variables.ts';
import { type DocumentFacts, documentFacts } from './document-facts.ts';
import { type Introspected, introspect } from './introspection.ts';
import type { OperationContext } from './operation-context.ts';

/** An operation that is within the limits. */
type AdmittedOperation = {
  variables: VariableValues;
  introspected: Introspected | null;
  /** Points of query cost. */
  cost: number;
};

/**
 * Limits the size and cost of one operation. Checked for each execution and not during validation, because validation
 * is remembered for each document, and the cost depends on variables too. What runs afterwards gets the operation alone,
 * without its introspection, which is answered here, and its variables as resolvers take them.
 */
export function limitOperations(schema: GraphQLSchema, limits: Limits): Plugin {
  const factsOf = rememberedFacts();
  return beforeExecution(async (args) => {
    const slice = new TimeSlice();
    const facts = factsOf(args.document, args.operationName ?? null);
    // graphql-js tells which operation there is not.
    if (!facts) return;
    const context = args.contextValue as OperationContext;
    const given = args.variableValues ?? {};
    const { variables, introspected, cost } = admitOperation(schema, facts, { given, limits });
    args.document = facts.executable;
    args.variableValues = variables;
    context.introspected = introspected;
    context.exchange.cost = cost;
    // What takes long to check takes long to run.
    await slice.pause();
  });
}

/** @throws AppError `QUERY_TOO_EXPENSIVE`; `INVALID_INPUT` with the faults of its variables. */
export function admitOperation(
  schema: GraphQLSchema,
  facts: DocumentFacts,
  { given, limits }: { given: VariableValues; limits: Limits },
): AdmittedOperation {
  checkMost('levels of nested fields', facts.depth, limits.queryDepth);
  checkMost('aliases', facts.aliases, limits.queryAliases);
  if (isDeeperThan(given, maxVariableLevels)) {
    throw new AppError('QUERY_TOO_EXPENSIVE', `Variables can be nested at most ${maxVariableLevels} levels deep.`);
  }
  facts.inputCheck(schema)(given);
  const variables = coerceVariables(schema, facts, given);
  const introspected = facts.isIntrospecting
    ? introspect({ ...facts, schema, variables, maxBytes: limits.queryCost * bytesPerPoint })
    : null;
  const cost = facts.costOf(schema)(variables) + Math.ceil((introspected?.bytes ?? 0) / bytesPerPoint);
  checkMost('points of query cost', cost, limits.queryCost);
  return { variables, introspected, cost };
}

/** What introspection costs: one point for this many bytes of the answer. */
const bytesPerPoint = 100;
/** Recursive inputs are coerced level by level on the stack. */
const maxVariableLevels = 100;

function checkMost(unit: string, actual: number, limit: number): void {
  if (actual <= limit) return;
  throw new AppError('QUERY_TOO_EXPENSIVE', `The operation has ${actual} ${unit}. At most ${limit} are allowed.`);
}

/**
 * Facts about operations. A remembered document gives each request the same operations, and the facts are dropped with
 * them.
 */
function rememberedFacts(): (document: DocumentNode, operationName: string | null) => DocumentFacts | null {
  const known = new WeakMap<OperationDefinitionNode, DocumentFacts>();
  return (document, operationName) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const facts = known.get(operation) ?? documentFacts(document, operation);
    known.set(operation, facts);
    return facts;
  };
}
