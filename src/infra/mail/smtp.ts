import { createTransport } from 'nodemailer';
import { type Mailer, MailFailure, toMessage } from './mailer.ts';

/** A server that says nothing for this long is given up; the mail is tried again later. */
const silenceMs = 10_000;

/** As many as are sent at once. */
const maxConnections = 20;
/** Before the silence above ends a connection that nobody waits for. */
const idleMs = 5_000;

/**
 * Mails through the server at `url` (`smtp://` or `smtps://`), one after another over connections that are kept for a
 * while. A mail goes to another connection only if nothing of it was sent, so it is never sent twice for that.
 */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections,
    idleTimeout: idleMs,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    dnsTimeout: silenceMs,
    socketCloseTimeout: 0,
  });
  return {
    send: async (mail, signal) => {
      await transport.sendMail({ ...toMessage(mail, from), signal }).catch((cause: unknown) => {
        throw toFailure(cause);
      });
    },
    [Symbol.asyncDispose]: async () => transport.close(),
  };
}

/** A refused login (EAUTH) is no fault of the mail, so it is not final. */
function toFailure(cause: unknown): MailFailure {
  const { code, responseCode, message } = cause as Error & { code?: string; responseCode?: number };
  const isFinal = code !== 'EAUTH' && responseCode !== undefined && responseCode >= 500;
  return new MailFailure(`The mail server did not accept the e-mail: ${message}`, { isFinal, cause });
}
