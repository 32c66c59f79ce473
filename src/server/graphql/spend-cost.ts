import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../../shared/errors.ts';
import type { RateLimits } from '../rates/rate-limits.ts';
import type { OperationContext } from './operation-context.ts';

type Started = {
  args: { contextValue?: unknown };
  setResultAndStopExecution(result: { errors: GraphQLError[] }): void;
};

/** Spends the cost of each operation from the points of its member and tenant before it runs. */
export function spendCost(rateLimits: RateLimits): Plugin {
  const spend = async ({ args, setResultAndStopExecution }: Started) => {
    const { viewer, exchange } = args.contextValue as OperationContext;
    try {
      await rateLimits.spend(viewer, exchange.cost);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      setResultAndStopExecution({ errors: [new GraphQLError(error.message, { originalError: error })] });
    }
  };
  return { onExecute: spend, onSubscribe: spend };
}
