import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/**
 * What the server does with the next mail: takes it, says 4xx or 5xx, never answers, breaks the connection in the middle
 * of the mail, or takes it when `release` is called.
 */
export type SmtpBehaviour = 'accept' | 'defer' | 'refuse' | 'hang' | 'drop' | 'hold';

/** A mail server on loopback that speaks real SMTP. */
export type SmtpServer = AsyncDisposable & {
  url: string;
  /** The mails it answered with 250, as they came. */
  readonly accepted: readonly string[];
  /** When it answered so, in milliseconds since 1970, in the same order. */
  readonly acceptedAtMs: readonly number[];
  /** How many connections there have been. */
  readonly connections: number;
  /** How many mails were begun. */
  readonly begun: number;
  /** How many mails were read to their end and wait for `release`, their senders on the line. */
  readonly held: number;
  /** How to behave for each mail to come; the last one stays. */
  behave(...behaviours: SmtpBehaviour[]): void;
  /** Accepts what is held. */
  release(): void;
};

export async function startSmtp(): Promise<SmtpServer> {
  const state = {
    accepted: [] as string[],
    acceptedAtMs: [] as number[],
    begun: 0,
    connections: 0,
    plan: ['accept'] as SmtpBehaviour[],
  };
  const sockets = new Set<Socket>();
  /** What accepts the mail that a session holds. */
  const held = new Map<string, () => void>();

  async function receive(
    stream: SMTPServerDataStream,
    { id }: SMTPServerSession,
    answer: (error?: Error | null) => void,
  ): Promise<void> {
    const behaviour = (state.plan.length > 1 ? state.plan.shift() : state.plan[0]) as SmtpBehaviour;
    state.begun += 1;
    if (behaviour === 'drop') {
      await once(stream, 'data');
      for (const socket of sockets) socket.destroy();
      return;
    }
    const mail = await text(stream);
    const accept = () => {
      state.accepted.push(mail);
      state.acceptedAtMs.push(Date.now());
      answer();
    };
    if (behaviour === 'accept') accept();
    else if (behaviour === 'defer') answer(reply(451, 'Greylisted, try again later'));
    else if (behaviour === 'refuse') answer(reply(550, 'No such mailbox here'));
    else if (behaviour === 'hold') held.set(id, accept);
  }

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    // Who breaks off in the middle of a mail has sent none.
    onData: (stream, session, answer) => void receive(stream, session, answer).catch(() => {}),
    onClose: ({ id }) => void held.delete(id),
  });
  server.on('error', () => {});
  const net = server.server as Server;
  net.on('connection', (socket: Socket) => {
    sockets.add(socket);
    state.connections += 1;
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(net, 'listening');
  const { port } = net.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    get accepted() {
      return state.accepted;
    },
    get acceptedAtMs() {
      return state.acceptedAtMs;
    },
    get connections() {
      return state.connections;
    },
    get begun() {
      return state.begun;
    },
    get held() {
      return held.size;
    },
    behave: (...behaviours) => {
      state.plan = behaviours;
    },
    release: () => {
      for (const accept of held.values()) accept();
      held.clear();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

/** A header of a mail as it came. */
export function headerOf(mail: string, name: string): string | undefined {
  // A long header goes on in the next line (RFC 5322, 2.2.3).
  return new RegExp(`^${name}: (.*)$`, 'im').exec(mail.replaceAll(/\r\n(?=[ \t])/g, ''))?.[1]?.trim();
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
