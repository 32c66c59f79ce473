import { open, stat } from 'node:fs/promises';

const tellsWhy = /^.*?(?:FATAL|ERROR|HINT):\s+(.*)$/gm;

/** How long the log is now; 0 when there is none. */
export async function logLength(log: string): Promise<number> {
  return (await stat(log).catch(() => null))?.size ?? 0;
}

/** The error messages of the server since the log had `from` bytes, on one line; empty if there are none. */
export async function lastWords(log: string, from: number): Promise<string> {
  const file = await open(log).catch(() => null);
  if (!file) return '';
  const { buffer, bytesRead } = await file.read({ position: from, buffer: Buffer.alloc(4_000) });
  await file.close();
  const text = buffer.toString('utf8', 0, bytesRead);
  return Array.from(text.matchAll(tellsWhy), (match) => match[1]).join(' ');
}
