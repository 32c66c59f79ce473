import { dispatchRecurrences } from '../domain/recurrences/catch-up.ts';
import type { Handler } from './handlers.ts';

export const scanRecurrences: Handler<'recurrence.scan'> = async (_, { app }) => {
  await dispatchRecurrences(app);
};
