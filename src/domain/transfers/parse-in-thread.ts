import { AppError } from '../../shared/errors.ts';
import type { ParseOptions, RawRow } from './parse-file.ts';
import { ParserThread } from './parser-thread.ts';

/**
 * Parses a file in a thread, so that no file can hold up or end the process. Each batch of rows is parsed when it is
 * asked for. @throws AppError like `parseFile`, and `INVALID_INPUT` if the thread needs too much memory.
 */
export async function* parseInThread(content: AsyncIterable<Buffer>, options: ParseOptions): AsyncGenerator<RawRow[]> {
  const parts = content[Symbol.asyncIterator]();
  const thread = ParserThread.take();
  try {
    for (let message = await thread.ask(options); ; ) {
      if (message.kind === 'END') return thread.release();
      if (message.kind === 'REFUSED') {
        thread.release();
        throw new AppError('INVALID_INPUT', message.message);
      }
      if (message.kind === 'ROWS') yield message.rows;
      const part = message.kind === 'READ' ? await parts.next() : null;
      message = await thread.ask(part?.value ?? null);
    }
  } finally {
    await thread[Symbol.asyncDispose]();
    await parts.return?.();
  }
}
