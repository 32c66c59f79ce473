import type { App } from '../../src/app.ts';
import { newId } from '../../src/shared/ids.ts';

/** Whether a hint of one process reaches another one now. */
export function isHinting(from: App, to: App): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isHeard: boolean) => {
      clearTimeout(late);
      stop();
      resolve(isHeard);
    };
    const late = setTimeout(() => end(false), 200);
    const stop = to.hints.listen(({ topic }) => {
      if (topic === 'numbered') end(true);
      return false;
    });
    from.hints.numbered([newId()]);
  });
}
