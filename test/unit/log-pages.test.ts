import { expect, test, vi } from 'vitest';
import type { LoggedEvent } from '../../src/events/contract.ts';
import type { LogPage } from '../../src/events/log.ts';
import { LogPages } from '../../src/events/log-pages.ts';

/** A log of so many events. */
function logOf(count: number) {
  const read = vi.fn(async (after: bigint, limit: number): Promise<LogPage> => {
    const first = Number(after) + 1;
    const length = Math.max(0, Math.min(limit, count - first + 1));
    const events = Array.from({ length }, (_, n) => ({ seq: BigInt(first + n) }) as LoggedEvent);
    return { epoch: 'e', events, through: length === limit ? BigInt(first + limit - 1) : BigInt(count) };
  });
  return { read, reads: () => read.mock.calls.map(([after]) => Number(after)) };
}

test('the next page is read ahead, and only if there is one', async () => {
  const { read, reads } = logOf(700);
  const pages = new LogPages(read);
  const first = await pages.after(0n);
  expect(reads()).toEqual([0, 500]);
  const second = await pages.after(first.through);
  expect([first.events.length, second.events.length, second.through]).toEqual([500, 200, 700n]);
  expect(reads()).toEqual([0, 500]);
  await pages.after(second.through);
  expect(reads()).toEqual([0, 500, 700]);
});

test('a page that was read ahead is not used from another position', async () => {
  const { read, reads } = logOf(700);
  const pages = new LogPages(read);
  await pages.after(0n);
  await pages.after(600n);
  expect(reads()).toEqual([0, 500, 600]);
});

test('a page that cannot be read ahead fails only for whoever takes it', async () => {
  const { read } = logOf(700);
  const pages = new LogPages(read);
  read.mockImplementationOnce(read.getMockImplementation() as typeof read).mockRejectedValueOnce(new Error('lost'));
  const { through } = await pages.after(0n);
  await expect(pages.after(through)).rejects.toThrow('lost');
  await expect(pages.after(through)).resolves.toMatchObject({ through: 700n });
});
