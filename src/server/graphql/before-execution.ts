import type { DocumentNode, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../../shared/errors.ts';
import type { VariableValues } from './coerce-variables.ts';
import { toGraphQLError } from './graphql-error.ts';

/** An operation that is about to be run. */
export type OperationArgs = {
  document: DocumentNode;
  operationName?: string | null;
  variableValues?: VariableValues | null;
  contextValue?: unknown;
};

type Started = { args: OperationArgs; setResultAndStopExecution(result: { errors: GraphQLError[] }): void };

/** Runs a check before each operation. An AppError that it throws becomes the result of the operation. */
export function beforeExecution(check: (args: OperationArgs) => void | Promise<void>): Plugin {
  const run = async ({ args, setResultAndStopExecution }: Started) => {
    try {
      await check(args);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      setResultAndStopExecution({ errors: [toGraphQLError(error)] });
    }
  };
  return { onExecute: run, onSubscribe: run };
}
