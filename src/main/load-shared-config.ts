import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { StartFault } from '../config/start-fault.ts';

/** The config of one half of Errand. The halves share a database, so it cannot be the embedded one of either. */
export function loadSharedConfig(command: string): Config {
  const config = loadConfig();
  if (config.mode === 'external') return config;
  throw new StartFault(`${command} requires DATABASE_URL. npm start runs everything with its own database.`);
}
