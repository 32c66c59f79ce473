import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The end-to-end tests run what is shipped, so it is built from the code as it is now. */
export default async function build(): Promise<void> {
  await promisify(execFile)('npm', ['run', '--silent', 'compile'], { shell: process.platform === 'win32' });
}
