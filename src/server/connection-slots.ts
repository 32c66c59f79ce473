import type { Viewer } from '../auth/viewer.ts';
import { AppError } from '../shared/errors.ts';
import { credentialKey } from './rate-limits.ts';

/** Bounds the long-lived connections of each credential: its WebSockets and its SSE streams. */
export type ConnectionSlots = {
  /** @returns a function that releases the slot. @throws AppError `RATE_LIMITED` when all slots are taken. */
  take(viewer: Viewer): () => void;
};

export function createConnectionSlots(perCredential: number): ConnectionSlots {
  const taken = new Map<string, number>();
  return {
    take(viewer) {
      const key = credentialKey(viewer);
      const count = taken.get(key) ?? 0;
      if (count >= perCredential) {
        throw new AppError(
          'RATE_LIMITED',
          `A token can have at most ${perCredential} live connections. Close one first.`,
        );
      }
      taken.set(key, count + 1);
      return () => {
        const left = (taken.get(key) ?? 1) - 1;
        if (left > 0) taken.set(key, left);
        else taken.delete(key);
      };
    },
  };
}
