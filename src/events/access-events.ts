import type { EventType, PendingEvent } from './contract.ts';

/** The events after which a user or a credential may have other rights. Their objects are users, tokens, invitations. */
const accessTypes: ReadonlySet<EventType> = new Set([
  'accessToken.revoked',
  'invitation.revoked',
  'membership.created',
  'membership.roleChanged',
  'membership.removed',
  'user.updated',
]);

/** The ids of the users, tokens and invitations whose rights may have changed by these events. */
export function changedAccess(events: readonly PendingEvent[]): string[] {
  return events.flatMap(({ type, objectId }) => (accessTypes.has(type) ? [objectId] : []));
}
