import { AppError } from '../../shared/errors.ts';

/** An entry with its position from 1, and its size. One beyond a limit is a fault, and the entries after it are read. */
export type JsonEntry = { line: number; size: number } & ({ value: unknown } | { fault: string });

/** Larger than a task with thousands of comments. */
const maxCharacters = 10_000_000;
/** Counted by commas and brackets. Enough for 10,000 comments. */
const maxValues = 100_000;
/** A task has four levels. */
const maxDepth = 16;

/** Reads the entries of a JSON array one by one. @throws AppError `INVALID_INPUT` if the text is not one. */
export async function* parseJsonArray(text: AsyncIterable<string>): AsyncGenerator<JsonEntry> {
  const splitter = new Splitter();
  for await (const part of text) yield* splitter.write(part);
  splitter.end();
}

/**
 * Finds the end of each entry by counting brackets outside of strings, so that the limits hold before anything is built
 * of the text. Whether an entry is valid JSON is up to JSON.parse.
 */
class Splitter {
  #place: 'BEFORE' | 'WITHIN' | 'AFTER' = 'BEFORE';
  #count = 0;
  #entry = new EntryText();
  #depth = 0;
  #string: 'NONE' | 'OPEN' | 'ESCAPE' = 'NONE';

  *write(text: string): Generator<JsonEntry> {
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      if (this.#string !== 'NONE') {
        this.#readString(text.charCodeAt(at));
        continue;
      }
      if (this.#place !== 'WITHIN') {
        this.#readOutside(text.charAt(at));
        start = at + 1;
        continue;
      }
      const isLast = this.#readStructure(text.charCodeAt(at));
      if (isLast === null) continue;
      yield* this.#finish(text.slice(start, at), isLast);
      start = at + 1;
    }
    if (this.#place === 'WITHIN') this.#entry.add(text.slice(start));
  }

  /** @throws AppError if the array is not complete. */
  end(): void {
    if (this.#place === 'BEFORE') throw new AppError('INVALID_INPUT', 'The file is empty.');
    if (this.#place === 'WITHIN') throw this.#unreadable('the file ends before the array does');
  }

  #readOutside(character: string): void {
    if (isSpace(character)) return;
    if (this.#place === 'AFTER') throw notJson('there is text after its end');
    if (character !== '[') throw notJson('it must be an array of objects');
    this.#place = 'WITHIN';
  }

  #readString(code: number): void {
    if (this.#string === 'ESCAPE') this.#string = 'OPEN';
    else if (code === codes.backslash) this.#string = 'ESCAPE';
    else if (code === codes.quote) this.#string = 'NONE';
  }

  /** @returns whether the entry that ends here is the last one; null if none ends here. */
  #readStructure(code: number): boolean | null {
    switch (code) {
      case codes.quote:
        this.#string = 'OPEN';
        return null;
      case codes.openList:
      case codes.openObject:
        this.#depth += 1;
        this.#entry.count(this.#depth);
        return null;
      case codes.closeList:
      case codes.closeObject:
        if (this.#depth === 0) return this.#close(code);
        this.#depth -= 1;
        return null;
      case codes.comma:
        if (this.#depth === 0) return false;
        this.#entry.count(this.#depth);
        return null;
      default:
        return null;
    }
  }

  #close(code: number): true {
    if (code === codes.closeObject) throw this.#unreadable('a brace is closed that was not opened');
    return true;
  }

  *#finish(text: string, isLast: boolean): Generator<JsonEntry> {
    if (isLast) this.#place = 'AFTER';
    this.#entry.add(text);
    const { size, fault, content } = this.#entry;
    this.#entry = new EntryText();
    if (isLast && this.#count === 0 && !fault && [...content].every(isSpace)) return;
    const line = this.#count + 1;
    yield fault ? { line, size, fault } : { line, size, value: this.#parse(content) };
    this.#count = line;
  }

  #parse(content: string): unknown {
    try {
      return JSON.parse(content);
    } catch {
      throw this.#unreadable('the next entry is not valid JSON');
    }
  }

  #unreadable(reason: string): AppError {
    const place = this.#count > 0 ? `after entry ${this.#count}` : 'from its beginning';
    return notJson(`${place} it cannot be read (${reason})`);
  }
}

/** The text of an entry until a limit is exceeded; then it is dropped. */
class EntryText {
  size = 0;
  fault: string | null = null;
  #parts: string[] = [];
  #values = 0;

  get content(): string {
    return this.#parts.join('');
  }

  add(text: string): void {
    this.size += text.length;
    if (this.fault) return;
    if (this.size > maxCharacters) this.#refuse(`The entry is longer than ${readable(maxCharacters)} characters.`);
    else this.#parts.push(text);
  }

  count(depth: number): void {
    if (this.fault) return;
    this.#values += 1;
    if (depth > maxDepth) this.#refuse(`The entry is nested more than ${maxDepth} levels deep.`);
    else if (this.#values > maxValues) this.#refuse(`The entry has more than ${readable(maxValues)} values.`);
  }

  #refuse(fault: string): void {
    this.fault = fault;
    this.#parts = [];
  }
}

const codes = { quote: 34, backslash: 92, comma: 44, openList: 91, closeList: 93, openObject: 123, closeObject: 125 };

const isSpace = (character: string) => ' \t\r\n'.includes(character);
const readable = (count: number) => count.toLocaleString('en');

function notJson(reason: string): AppError {
  return new AppError('INVALID_INPUT', `The file is not a JSON array: ${reason}.`);
}
