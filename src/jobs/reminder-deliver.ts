import type { Handler } from './handlers.ts';

export const deliverReminder: Handler<'reminder.deliver'> = async () => {};
