import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
} from 'graphql';
import { compilableSchema } from './compilable-schema.ts';
import { compileOperation, type RunOperation } from './compile-operation.ts';

export type Executor = {
  /** Runs a query, a mutation, or one event of a subscription with the event as `rootValue`. */
  execute: RunOperation;
  /** The events of a subscription, not yet executed; or the errors that kept it from starting. */
  subscribe(args: ExecutionArgs): Promise<AsyncIterable<unknown> | ExecutionResult>;
};

/**
 * Executes operations. graphql-js interprets a document the first time. From the second time on, the document runs
 * compiled, because compiling costs more than one execution. Yoga's cache shares documents, and the compiled code is
 * dropped with them. Subscribing always uses graphql-js: graphql-jit passes the variables in place of the arguments of
 * the field.
 */
export function createExecutor(schema: GraphQLSchema): Executor {
  const seen = new WeakMap<DocumentNode, RunOperation | 'once'>();
  const schemas = { schema, compilable: compilableSchema(schema) };

  function runnerOf(document: DocumentNode): RunOperation {
    const known = seen.get(document);
    if (typeof known === 'function') return known;
    const runner = known === 'once' ? (compileOperation(schemas, document) ?? execute) : execute;
    seen.set(document, known === 'once' ? runner : 'once');
    return runner;
  }

  return {
    execute: (args) => runnerOf(args.document)(args),
    subscribe: (args) => createSourceEventStream(args),
  };
}
