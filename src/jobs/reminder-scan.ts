import { dispatchReminders } from '../domain/reminders/dispatch-reminders.ts';
import type { Handler } from './handlers.ts';

export const scanReminders: Handler<'reminder.scan'> = async (_, { app }) => {
  await dispatchReminders(app);
};
