import { setImmediate } from 'node:timers/promises';
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ServerMetrics } from '../metrics.ts';
import type { Slots } from '../slots.ts';
import { createExecutor, type Executor } from './execution.ts';
import type { Introspected } from './introspection.ts';
import type { OperationContext } from './operation-context.ts';
import { Payloads } from './payloads.ts';
import { resultStream } from './result-stream.ts';

type Parts = { metrics: ServerMetrics; subscriptions: Slots };

/** What a subscription counts at least: executing each payload and sending it. */
const minSubscriptionCost = 50;

/** Runs operations with our executor in place of Yoga's, and notes in the exchange what is run. */
export function runOperations(schema: GraphQLSchema, parts: Parts): Plugin {
  const executor = createExecutor(schema);
  const payloads = new Payloads(executor.execute);
  return {
    onExecute({ args, setExecuteFn }) {
      note(args);
      setExecuteFn((executeArgs) => executeWith(executor, executeArgs as ExecutionArgs));
    },
    onSubscribe({ args, setSubscribeFn }) {
      note(args);
      setSubscribeFn((subscribeArgs) => subscribe({ executor, payloads, ...parts }, subscribeArgs as ExecutionArgs));
    },
  };
}

function note({
  contextValue,
  document,
  operationName,
}: {
  contextValue: unknown;
  document: DocumentNode;
  operationName?: string | null;
}): void {
  const operation = getOperationAST(document, operationName);
  if (operation)
    contextOf(contextValue).exchange.operation = { type: operation.operation, name: operation.name?.value ?? null };
}

async function executeWith(executor: Executor, args: ExecutionArgs): Promise<ExecutionResult> {
  const result = await executor.execute(args);
  const { introspected } = contextOf(args.contextValue);
  // It is large, and making it took as long as writing it will.
  if (introspected) await setImmediate();
  return introspected && result.data ? { ...result, data: withIntrospection(result.data, introspected) } : result;
}

/** The fields keep the order in which the operation selects them. */
function withIntrospection(data: Record<string, unknown>, { keys, values }: Introspected): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, values.has(key) ? values.get(key) : data[key]]));
}

type Subscribing = Parts & { executor: Executor; payloads: Payloads };

async function subscribe({ executor, payloads, metrics, subscriptions }: Subscribing, args: ExecutionArgs) {
  const context = contextOf(args.contextValue);
  const release = subscriptions.take(context.viewer, Math.max(minSubscriptionCost, context.exchange.cost));
  const source = await executor.subscribe(args).catch((error: unknown) => {
    release();
    throw error;
  });
  if (!(Symbol.asyncIterator in source)) {
    release();
    return source;
  }
  metrics.subscriptions.inc();
  const results = resultStream({
    source,
    context,
    payloadOf: payloads.of(args, context),
    onEnd: () => {
      metrics.subscriptions.dec();
      release();
    },
  });
  // They are already texts; transports pass the payloads of streams on unchanged.
  return results as unknown as AsyncIterableIterator<ExecutionResult>;
}

function contextOf(contextValue: unknown): OperationContext {
  return contextValue as OperationContext;
}
