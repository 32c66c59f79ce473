import type { SendMailOptions } from 'nodemailer';

/** A mail to one person. */
export type Mail = {
  /** Makes the Message-ID. A mail that is sent again has the same one, so that a reader's program can show it once. */
  id: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  /** Where the reader says that they want no more of these, by one POST. */
  unsubscribeUrl?: string;
};

/** Sends mails. What resolved was accepted by the mail server, or is in the outbox. */
export type Mailer = AsyncDisposable & {
  /** @throws MailFailure also when `signal` aborts; the mail may have been accepted all the same. */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
};

/** Why a mail was not accepted. */
export class MailFailure extends Error {
  override readonly name = 'MailFailure';
  /** Whether trying again is of no use: the server refuses this mail for good. */
  readonly isFinal: boolean;

  constructor(message: string, options: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isFinal = options.isFinal;
  }
}

/** The mail as nodemailer takes it. Programs that answer by themselves leave it alone (RFC 3834). */
export function toMessage({ id, unsubscribeUrl, ...mail }: Mail, from: string): SendMailOptions {
  const domain = /@([^<>\s]+)/.exec(from)?.[1] ?? 'localhost';
  const headers = { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(unsubscribeUrl) };
  return { ...mail, from, messageId: `<${id}@${domain}>`, headers };
}

/** RFC 2369; unsubscribing by one click (RFC 8058) is only for https. */
function unsubscribeHeaders(url: string | undefined): Record<string, string> {
  if (!url) return {};
  const oneClick = url.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
  return { 'List-Unsubscribe': `<${url}>`, ...oneClick };
}
