import { prune as pruneExpired } from '../domain/prune.ts';
import type { Handler } from './handlers.ts';

export const prune: Handler<'retention.prune'> = (_, { app, signal }) => pruneExpired(app, signal);
