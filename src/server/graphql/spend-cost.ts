import type { Plugin } from 'graphql-yoga';
import type { RateLimits } from '../rates/rate-limits.ts';
import { beforeExecution } from './before-execution.ts';
import type { OperationContext } from './operation-context.ts';

/** Spends the cost of each operation from the points of its member and tenant before it runs. */
export function spendCost(rateLimits: RateLimits): Plugin {
  return beforeExecution(({ contextValue }) => {
    const { viewer, exchange } = contextValue as OperationContext;
    return rateLimits.spend(viewer, exchange.cost);
  });
}
