import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import { StartFault } from '../config/start-fault.ts';

/** Starts to listen. @returns the server's own address. @throws StartFault saying what keeps it from listening. */
export async function listen(server: Server, { host, port }: Pick<Config['http'], 'host' | 'port'>): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new StartFault(explain(error, { host, port }), { cause: error });
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}

function explain(error: NodeJS.ErrnoException, { host, port }: Pick<Config['http'], 'host' | 'port'>): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use. Stop what uses it, or set PORT to another.`;
  if (error.code === 'EACCES') return `Port ${port} may not be opened by this user. Set PORT to one above 1023.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `${host} is no address of this machine. Set HOST to one that is, such as 127.0.0.1.`;
  }
  return `Errand cannot listen on ${host}:${port}: ${error.message}`;
}
