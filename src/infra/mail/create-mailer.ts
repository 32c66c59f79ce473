import type { Config } from '../../config/config.ts';
import type { Mailer } from './mailer.ts';

type MailConfig = Pick<Config, 'mail' | 'home'>;

/** Sends through `SMTP_URL`, or writes to the outbox if it is not set. nodemailer is loaded for the first e-mail. */
export function createMailer(config: MailConfig): Mailer {
  let opening: Promise<Mailer> | null = null;
  return {
    send: async (mail, signal) => {
      opening ??= openMailer(config);
      return (await opening).send(mail, signal);
    },
    [Symbol.asyncDispose]: async () => (await opening)?.[Symbol.asyncDispose](),
  };
}

async function openMailer({ mail, home }: MailConfig): Promise<Mailer> {
  if (mail.smtpUrl) return (await import('./smtp.ts')).smtpMailer(mail.smtpUrl, mail.from);
  return (await import('./outbox.ts')).outboxMailer(home, mail.from);
}
