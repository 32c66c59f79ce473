import type { Handler } from './handlers.ts';

export const scanReminders: Handler<'reminder.scan'> = async () => {};
