import type { Grant } from './permissions.ts';

/** Who is asking: a user in one tenant, through one credential. */
export type Viewer = Grant & {
  tenantId: string;
  userId: string;
  /** The user's IANA time zone, in which dates without one are meant. */
  timeZone: string;
  /** The personal access token used, or null with a JWT. */
  tokenId: string | null;
  /** The invitation whose code is shown, or null. Who shows one may do nothing but accept it, and `userId` is nobody's. */
  invitationId: string | null;
  /** When the credential ends; null means never. */
  expiresAt: Date | null;
};
