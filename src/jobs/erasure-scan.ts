import { scanErasures as scan } from '../domain/erasures/run-erasure.ts';
import type { Handler } from './handlers.ts';

export const scanErasures: Handler<'erasure.scan'> = (_, { app }) => scan(app);
