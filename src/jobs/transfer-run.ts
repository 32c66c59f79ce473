import { runTransfer as run } from '../domain/transfers/run-transfer.ts';
import type { Handler } from './handlers.ts';

export const runTransfer: Handler<'transfer.run'> = (word, { app, ...context }) => run(app, word, context);
