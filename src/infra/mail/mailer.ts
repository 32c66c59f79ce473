import type { SendMailOptions } from 'nodemailer';

/** An e-mail to one recipient. */
export type Mail = {
  /** The Message-ID is derived from it. A repeated e-mail has the same one, so that a mail program can show it once. */
  id: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  /** The URL to which a mail program posts to unsubscribe (one click). */
  unsubscribeUrl?: string;
};

/** Sends e-mails. When the promise resolves, the mail server has accepted the e-mail, or it is in the outbox. */
export type Mailer = AsyncDisposable & {
  /** @throws MailFailure, also when `signal` aborts; the e-mail may have been accepted anyway. */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
};

/** Why an e-mail was not accepted. */
export class MailFailure extends Error {
  override readonly name = 'MailFailure';
  /** Whether the server rejected the e-mail permanently, so that another attempt would fail as well. */
  readonly isFinal: boolean;

  constructor(message: string, options: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isFinal = options.isFinal;
  }
}

/** The e-mail in the form of nodemailer. Its headers prevent automatic replies (RFC 3834). */
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
