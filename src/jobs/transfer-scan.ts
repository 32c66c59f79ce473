import { scanTransfers as scan } from '../domain/transfers/dispatch.ts';
import type { Handler } from './handlers.ts';

export const scanTransfers: Handler<'transfer.scan'> = (_, { app }) => scan(app);
