import { deliverInvitation as deliver } from '../domain/invitations/deliver-invitation.ts';
import type { Handler } from './handlers.ts';

export const deliverInvitation: Handler<'invitation.deliver'> = (word, { app, ...run }) => deliver(app, word, run);
