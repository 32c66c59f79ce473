import { runExecution as run } from '../domain/executions/run-execution.ts';
import type { Handler } from './handlers.ts';

export const runExecution: Handler<'execution.run'> = (word, { app, requestId, signal }) =>
  run(app, { ...word, requestId, signal });
