import { dispatchInvitations } from '../domain/invitations/dispatch-invitations.ts';
import type { Handler } from './handlers.ts';

export const scanInvitations: Handler<'invitation.scan'> = async (_, { app }) => {
  await dispatchInvitations(app);
};
