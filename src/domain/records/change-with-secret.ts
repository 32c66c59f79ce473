import type { Acting } from './acting.ts';
import { type Change, change } from './change.ts';

type Call = Parameters<typeof change>[1];

/**
 * A change that issues a secret, which is not stored: a repeated call with the same idempotency key gets null. So does a
 * call whose own attempt was rolled back, and which is answered with the result of another.
 */
export async function changeWithSecret<R extends object>(
  acting: Acting,
  call: Call,
  work: (tx: Change) => Promise<R & { secret: string }>,
): Promise<Omit<R, 'secret'> & { changeId: string; secret: string | null }> {
  const secrets = new Map<string, string>();
  const made = await change(acting, call, async (tx) => {
    const { secret, ...result } = await work(tx);
    secrets.set(tx.changeId, secret);
    return result;
  });
  return { ...made, secret: secrets.get(made.changeId) ?? null };
}
