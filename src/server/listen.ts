import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import { StartFault } from '../config/start-fault.ts';

/** Starts to listen. @returns the URL on this machine. @throws StartFault with the reason if it cannot listen. */
export async function listen(server: Server, { host, port }: Pick<Config['http'], 'host' | 'port'>): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new StartFault(explain(error, { host, port }), { cause: error });
  });
  const bound = server.address() as AddressInfo;
  return `http://${hostName(bound)}:${bound.port}`;
}

/** A server that listens on all addresses also listens on the loopback address. */
function hostName({ family, address }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return family === 'IPv6' ? `[${address}]` : address;
}

function explain(error: NodeJS.ErrnoException, { host, port }: Pick<Config['http'], 'host' | 'port'>): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use. Stop the program that uses it, or set PORT to another port.`;
  if (error.code === 'EACCES') return `This user is not allowed to open port ${port}. Set PORT to a port above 1023.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `${host} is not an address of this machine. Set HOST to one of its addresses, such as 127.0.0.1.`;
  }
  return `Errand cannot listen on ${host}:${port}: ${error.message}`;
}
