import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { type Mailer, MailFailure, toMessage } from './mailer.ts';

/**
 * Writes e-mails as files `<id>.eml` to `<home>/outbox`, which any mail program opens. A repeated e-mail replaces the
 * file.
 */
export function outboxMailer(home: string, from: string): Mailer {
  const folder = join(home, 'outbox');
  const transport = createTransport({ streamTransport: true, buffer: true });
  return {
    send: async (mail, signal) => {
      try {
        const { message } = await transport.sendMail({ ...toMessage(mail, from), signal });
        await writeWhole(join(folder, `${mail.id}.eml`), message as Buffer);
      } catch (cause) {
        throw new MailFailure(`The e-mail could not be written to ${folder}.`, { isFinal: false, cause });
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };

  async function writeWhole(path: string, content: Buffer): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(`${path}.part`, content, { mode: 0o600 });
    await rename(`${path}.part`, path);
  }
}
