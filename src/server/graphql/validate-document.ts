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
import { comparisonExcess, maxComparisons, maxExpanded } from './compared-fields.ts';
import { toGraphQLError, tooExpensive } from './graphql-error.ts';
import { subscriptionRootRule } from './subscription-root-rule.ts';

/**
 * The errors of a document; empty if it is valid. Validates as graphql-js does, and names the limit where graphql-js only
 * says that validation was aborted.
 */
export function validateDocument(schema: GraphQLSchema, document: DocumentNode): GraphQLError[] {
  for (const step of validationSteps(schema, document)) {
    const errors = step();
    if (errors.length > 0) return errors;
  }
  return [];
}

/**
 * The steps of validating a document, each with its errors. A step is for documents without errors in the earlier ones.
 * Comparing fields takes as long as all other rules together, so others can run in between.
 */
export function validationSteps(schema: GraphQLSchema, document: DocumentNode): (() => GraphQLError[])[] {
  const check = (rules: readonly ValidationRule[], exceeded: string) => {
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
  const compare = () => {
    const excess = comparisonExcess(document);
    if (excess) return [tooExpensive(excess === 'FRAGMENTS' ? fragmentLimit : comparisonLimit)];
    return check([OverlappingFieldsCanBeMergedRule], comparisonLimit);
  };
  return [() => check(otherRules, fragmentLimit), compare];
}

const otherRules = specifiedRules
  .filter((rule) => rule !== OverlappingFieldsCanBeMergedRule)
  .map((rule) => (rule === SingleFieldSubscriptionsRule ? subscriptionRootRule : rule));

/**
 * An error of an argument or of a part of its value has its path in `extensions.fields`, the same as if a variable had the
 * value.
 */
function withPath(error: GraphQLError, paths: ReturnType<typeof argumentPaths>): GraphQLError {
  const { message, nodes = [] } = error;
  const absent = absentIn(message);
  const holder = nodes.map((node) => paths.get(node)).find((found) => found !== undefined);
  const path = absent?.isArgument ? [absent.name] : holder && [...holder, ...(absent ? [absent.name] : [])];
  if (!path) return error;
  return toGraphQLError(new AppError('INVALID_INPUT', message, { fields: [{ path, message }] }), { nodes });
}

/** What is not given, or null, has no node of its own: graphql-js names it in the message and gives the node around it. */
function absentIn(message: string): { name: string; isArgument: boolean } | null {
  const argument = /^(?:Field|Directive) "[^"]+" argument "(\w+)" of type "[^"]+" is required,/.exec(message)?.[1];
  if (argument) return { name: argument, isArgument: true };
  const field = /^Field "\w+\.(\w+)" (?:of required type "[^"]+" was not provided|must be non-null)\./.exec(
    message,
  )?.[1];
  return field ? { name: field, isArgument: false } : null;
}

const maxErrors = 20;
const tooManyErrors = new GraphQLError(`The document has more than ${maxErrors} errors. The others are not listed.`);

/*
 * graphql-js 16 aborts validation at two limits that it does not export: 50,000 fragment expansions, as here, and 500,000
 * comparisons of fields, which take seconds.
 */
const fragmentLimit = `The document has too many fragment spreads: expanding them takes more than ${maxExpanded.toLocaleString('en')} steps, which is the limit.`;
const comparisonLimit = `The document has too many fields with the same response name: comparing each pair of them takes more than ${maxComparisons.toLocaleString('en')} steps, which is the limit.`;
