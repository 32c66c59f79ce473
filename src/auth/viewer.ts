import type { Grant } from './permissions.ts';

/** The user of an operation, in one tenant, with one credential. */
export type Viewer = Grant & {
  tenantId: string;
  userId: string;
  /** The IANA time zone of the user, for dates without one. */
  timeZone: string;
  /** The personal access token used, or null with a JWT. */
  tokenId: string | null;
  /** The invitation whose code was sent, or null. Such a viewer can only accept it, and `userId` is no user's id. */
  invitationId: string | null;
  /** When the credential expires; null means never. */
  expiresAt: Date | null;
};
