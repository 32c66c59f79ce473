import { catchUp } from '../domain/recurrences/catch-up.ts';
import type { Handler } from './handlers.ts';

export const catchUpRecurrence: Handler<'recurrence.catchUp'> = (word, { app, requestId }) =>
  catchUp(app, word, { requestId });
