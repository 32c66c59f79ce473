import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  OverlappingFieldsCanBeMergedRule,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { AppError } from '../../shared/errors.ts';
import { argumentPaths } from './argument-places.ts';
import { subscriptionRootRule } from './subscription-root-rule.ts';

/**
 * The errors of a document; empty if it is valid. Validates as graphql-js does, and names the limit where graphql-js only
 * says that validation was aborted.
 */
export function validateDocument(schema: GraphQLSchema, document: DocumentNode): GraphQLError[] {
  return validationSteps(schema, document)
    .flatMap((step) => step())
    .slice(0, maxErrors + 1);
}

/**
 * The steps of validating a document, each with its errors. Comparing fields takes as long as all other rules together,
 * so others can run in between.
 */
export function validationSteps(schema: GraphQLSchema, document: DocumentNode): (() => GraphQLError[])[] {
  const step = (rules: readonly ValidationRule[], exceeded: string) => () => {
    const errors = validate(schema, document, rules, { maxErrors });
    if (errors.length === 0) return [];
    const paths = argumentPaths(schema, document);
    return errors.map((error) => {
      if (error.message === 'Validation aborted.') return tooExpensive(exceeded);
      return error.message.endsWith('error limit reached. Validation aborted.')
        ? tooManyErrors
        : withPath(error, paths);
    });
  };
  return [step(otherRules, fragmentLimit), step([OverlappingFieldsCanBeMergedRule], comparisonLimit)];
}

const otherRules = specifiedRules
  .filter((rule) => rule !== OverlappingFieldsCanBeMergedRule)
  .map((rule) => (rule === SingleFieldSubscriptionsRule ? subscriptionRootRule : rule));

/**
 * An error of an argument or of a part of its value has its path in `extensions.fields`, as an error of a variable has.
 */
function withPath(error: GraphQLError, paths: ReturnType<typeof argumentPaths>): GraphQLError {
  const { message, nodes = [] } = error;
  const path = nodes.map((node) => paths.get(node)).find((found) => found !== undefined);
  if (!path) return error;
  const originalError = new AppError('INVALID_INPUT', message, { fields: [{ path: [...path], message }] });
  return new GraphQLError(message, { nodes, originalError });
}

const maxErrors = 20;
const tooManyErrors = new GraphQLError(`The document has more than ${maxErrors} errors. The others are not listed.`);

/*
 * graphql-js 16 aborts validation at two limits that it does not export: the number of fragment expansions, and the
 * number of comparisons of fields with the same response name.
 */
const fragmentLimit =
  'The document has too many fragment spreads: expanding them takes more than 50,000 steps, which is the limit.';
const comparisonLimit =
  'The document has too many fields with the same response name: comparing them takes more than 500,000 steps, which is the limit.';

function tooExpensive(message: string): GraphQLError {
  return new GraphQLError(message, { originalError: new AppError('QUERY_TOO_EXPENSIVE', message) });
}
