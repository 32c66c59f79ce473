import { AppError } from '../../shared/errors.ts';
import type { RateLimits } from '../rates/rate-limits.ts';
import type { Connection } from './socket-connection.ts';

/** `connection_init`, and pings of clients that do not wait for its answer. */
const maxEarlyMessages = 10;

/**
 * Counts a message or a ping, whatever it is: each costs something, even if it is refused. @throws AppError
 * `RATE_LIMITED`, which ends the socket.
 */
export function countMessage(rateLimits: RateLimits, connection: Connection, bytes: number): void {
  if (connection.entered) rateLimits.countMessage(connection.entered.viewer, bytes);
  else connection.earlyMessages += 1;
  if (connection.earlyMessages <= maxEarlyMessages) return;
  throw new AppError('RATE_LIMITED', 'Too many messages before connection_ack. Wait for it.');
}

/** Charges the result of a query or mutation to the member. Payloads of subscriptions are not charged. */
export function chargeResult(rateLimits: RateLimits, { entered, singles }: Connection, message: string): void {
  if (!entered || singles.size === 0) return;
  const sent = [...singles].find((id) => message.startsWith(`{"id":${JSON.stringify(id)},"type":"next"`));
  if (sent === undefined) return;
  singles.delete(sent);
  rateLimits.charge(entered.viewer, { bytes: Buffer.byteLength(message) });
}
