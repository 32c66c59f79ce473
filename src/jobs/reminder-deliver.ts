import { deliverReminder as deliver } from '../domain/reminders/deliver-reminder.ts';
import type { Handler } from './handlers.ts';

export const deliverReminder: Handler<'reminder.deliver' | 'reminder.post'> = (word, { app, ...run }) =>
  deliver(app, word, run);
