import path from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts the module with this path, without its extension and relative to `base`, as a thread. It sees no environment
 * variables. Sources are compiled by tsx (in tests and by `npm run dev`), which does not reach threads by itself.
 */
export function startThread(module: string, base: string, options: WorkerOptions): Worker {
  const url = new URL(`${module}${path.extname(base)}`, base);
  const limited = { ...options, env: {} };
  if (path.extname(base) === '.js') return new Worker(url, limited);
  const program = `import('tsx/esm/api').then(({ tsImport }) => tsImport('${url.href}', '${base}'))`;
  return new Worker(program, { ...limited, eval: true });
}
