import { scanExecutions as scan } from '../domain/executions/dispatch.ts';
import type { Handler } from './handlers.ts';

export const scanExecutions: Handler<'execution.scan'> = (_, { app, requestId }) => scan(app, requestId);
