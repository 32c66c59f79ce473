import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** A user of the operating system. */
export type Account = { uid: number; gid: number };

type Command = {
  file: string;
  args: readonly string[];
  /** The user to run as; null is the user of the Errand process. */
  account: Account | null;
  env?: Record<string, string>;
  /** The working directory; the root folder by default. */
  cwd?: string;
};

/**
 * Runs a program to its end and returns its output. Its environment is nearly empty, so that neither secrets nor PG*
 * variables reach PostgreSQL. It has its own process group, so that only Errand reacts to Ctrl-C. @throws Error with
 * the output of the program if it fails.
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

/** Whether the program succeeded. */
export async function succeeds(command: Command): Promise<boolean> {
  return run(command).then(
    () => true,
    () => false,
  );
}
