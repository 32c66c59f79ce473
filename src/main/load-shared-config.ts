import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { StartFault } from '../config/start-fault.ts';

/**
 * The configuration of the API or the worker as a separate process. They share a database, so it cannot be embedded.
 */
export function loadSharedConfig(command: string): Config {
  const config = loadConfig();
  if (config.mode === 'external') return config;
  throw new StartFault(`${command} requires DATABASE_URL. npm start runs everything with its own database.`);
}
