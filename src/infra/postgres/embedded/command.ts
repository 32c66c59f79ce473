import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** A user of the operating system. */
export type Account = { uid: number; gid: number };

export type Command = {
  file: string;
  args: readonly string[];
  /** Whom it runs as; null is whoever runs Errand. */
  account: Account | null;
  env?: Record<string, string>;
  /** Where it runs; the root folder unless told. */
  cwd?: string;
};

/**
 * Runs a program to its end and returns what it printed. Its environment is nearly empty, so that neither secrets nor
 * PG* variables reach PostgreSQL, and it has a process group of its own: a Ctrl-C is Errand's to act on, not its.
 * @throws Error with what the program said when it fails
 */
export async function run({ file, args, account, env, cwd = '/' }: Command): Promise<string> {
  const child = spawn(file, args, {
    ...account,
    cwd,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...env },
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code, signal], output, complaint] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  if (code === 0) return output;
  throw new Error(`${file} ended with ${signal ?? code}: ${complaint.trim() || output.trim()}`);
}

/** Whether the program ended well. */
export async function succeeds(command: Command): Promise<boolean> {
  return run(command).then(
    () => true,
    () => false,
  );
}
