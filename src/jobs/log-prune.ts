import { pruneLog as prune } from '../domain/prune-log.ts';
import type { Handler } from './handlers.ts';

export const pruneLog: Handler<'log.prune'> = (_, { app, signal }) => prune(app, signal);
