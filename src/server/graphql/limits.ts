import { type DocumentNode, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Limits } from '../../config/config.ts';
import { costOf } from '../../schema/cost.ts';
import { AppError, invalidInput } from '../../shared/errors.ts';
import { type DocumentFacts, documentFacts } from './document-facts.ts';
import { variableFaults } from './variable-faults.ts';

type OperationArgs = {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null;
  variableValues?: Readonly<Record<string, unknown>> | null;
};

/**
 * Limits the size and cost of one operation. Checked for each execution and not during validation, because validation
 * is cached per document and the cost depends on variables too.
 */
export function limitOperations(limits: Limits): Plugin {
  const facts = rememberedFacts();
  const check = (args: OperationArgs, stop: (result: { errors: GraphQLError[] }) => void) => {
    const fault = operationFault(args, facts(args.document, args.operationName ?? null), limits);
    if (fault) stop({ errors: [new GraphQLError(fault.message, { originalError: fault })] });
  };
  return {
    onParse: ({ setParseFn }) => setParseFn((source, options) => parseBounded(source, options, limits.queryTokens)),
    onExecute: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
    onSubscribe: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
  };
}

/** The reason why the operation is not allowed to run, or null. */
export function operationFault(args: OperationArgs, facts: DocumentFacts | null, limits: Limits): AppError | null {
  if (!facts) return null;
  if (facts.depth > limits.queryDepth) return tooExpensive('levels of nested fields', facts.depth, limits.queryDepth);
  if (facts.aliases > limits.queryAliases) return tooExpensive('aliases', facts.aliases, limits.queryAliases);
  const variables = args.variableValues ?? {};
  if (isDeeperThan(variables, maxVariableLevels)) {
    return new AppError('QUERY_TOO_EXPENSIVE', `Variables can be nested at most ${maxVariableLevels} levels deep.`);
  }
  const faults = variableFaults(args.schema, facts, variables);
  if (faults.length) return invalidInput(faults);
  if (!facts.costed) return null;
  const cost = costOf(facts.costed, { schema: args.schema, variables: { ...variables } });
  return cost > limits.queryCost ? tooExpensive('points of query cost', cost, limits.queryCost) : null;
}

/** Recursive inputs are coerced level by level on the stack. */
const maxVariableLevels = 100;

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}

function tooExpensive(unit: string, actual: number, limit: number): AppError {
  return new AppError('QUERY_TOO_EXPENSIVE', `The operation has ${actual} ${unit}. At most ${limit} are allowed.`);
}

type ParseParameters = Parameters<typeof parse>;

/** Yoga ignores the parser's options, so the bound is set where it parses. */
function parseBounded(source: ParseParameters[0], options: ParseParameters[1], maxTokens: number): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError) || !error.message.includes(`more that ${maxTokens} tokens`)) throw error;
    const fault = new AppError(
      'QUERY_TOO_EXPENSIVE',
      `The document has more than ${maxTokens} tokens, which is the limit.`,
    );
    throw new GraphQLError(fault.message, { originalError: fault });
  }
}

/** Facts per document and operation. Yoga's cache shares documents, and the facts are dropped with them. */
function rememberedFacts(): (document: DocumentNode, operationName: string | null) => DocumentFacts | null {
  const known = new WeakMap<DocumentNode, Map<string | null, DocumentFacts>>();
  return (document, operationName) => {
    const ofDocument = known.get(document) ?? new Map<string | null, DocumentFacts>();
    const facts = ofDocument.get(operationName) ?? documentFacts(document, operationName);
    if (facts) known.set(document, ofDocument.set(operationName, facts));
    return facts;
  };
}
