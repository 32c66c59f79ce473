import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
} from 'graphql';
import { withCoercedType } from './coerced-variables.ts';
import { compilableSchema } from './compilable-schema.ts';
import { compileOperation, type RunOperation } from './compile-operation.ts';

export type Executor = {
  /** Runs a query, a mutation, or one event of a subscription with the event as `rootValue`. */
  execute: RunOperation;
  /** The events of a subscription, not yet executed; or the errors that kept it from starting. */
  subscribe(args: ExecutionArgs): Promise<AsyncIterable<unknown> | ExecutionResult>;
};

/**
 * Executes operations, each in a document of its own and with variables that are already coerced. graphql-js interprets a document the first time. From the second time on, the document runs
 * compiled, because compiling costs more than one execution. The compiled code is dropped with the document. Subscribing always uses graphql-js: graphql-jit passes the variables in place of the arguments of
 * the field.
 */
export function createExecutor(schema: GraphQLSchema): Executor {
  const seen = new WeakMap<DocumentNode, RunOperation | 'once'>();
  const coercing = withCoercedType(schema);
  const compilable = withCoercedType(compilableSchema(schema));
  const interpret: RunOperation = (args) => execute({ ...args, schema: coercing });

  function runnerOf(document: DocumentNode): RunOperation {
    const known = seen.get(document);
    if (typeof known === 'function') return known;
    const runner = known === 'once' ? (compileOperation({ schema, compilable }, document) ?? interpret) : interpret;
    seen.set(document, known === 'once' ? runner : 'once');
    return runner;
  }

  return {
    execute: (args) => runnerOf(args.document)(args),
    subscribe: (args) => createSourceEventStream({ ...args, schema: coercing }),
  };
}
