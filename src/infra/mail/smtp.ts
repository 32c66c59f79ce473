import { createTransport } from 'nodemailer';
import { type Mailer, MailFailure, toMessage } from './mailer.ts';

/** A connection to a server that is silent for this long is closed; the e-mail is tried again later. */
const silenceMs = 10_000;

/** As many as the number of e-mails that are sent at once. */
const maxConnections = 20;
/** Shorter than the silence limit above, so that it does not end an idle connection. */
const idleMs = 5_000;

/**
 * Sends e-mails through the server at `url` (`smtp://` or `smtps://`), one after another on pooled connections. An
 * e-mail is sent on another connection only if no part of it was sent, so it is never sent twice for this reason.
 */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections,
    // nodemailer would otherwise open a new connection after every 100 e-mails.
    maxMessages: Number.POSITIVE_INFINITY,
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

/** A rejected login (EAUTH) is not caused by the e-mail, so it is not final. */
function toFailure(cause: unknown): MailFailure {
  const { code, responseCode, message } = cause as Error & { code?: string; responseCode?: number };
  const isFinal = code !== 'EAUTH' && responseCode !== undefined && responseCode >= 500;
  return new MailFailure(`The mail server did not accept the e-mail: ${message}`, { isFinal, cause });
}
