import { type CsvRow, CsvSplitter } from './csv-splitter.ts';

/** The rows of a CSV file, including empty lines. @throws AppError `INVALID_INPUT` if it is not valid CSV. */
export async function* parseCsv(text: AsyncGenerator<string>): AsyncGenerator<CsvRow> {
  const head = ((await text.next()).value as string | undefined) ?? '';
  const { delimiter, isLine } = separatorOf(head);
  for await (const row of split(new CsvSplitter({ delimiter }), head, text)) {
    if (!isLine || row.line > 1) yield row;
  }
}

async function* split(splitter: CsvSplitter, head: string, rest: AsyncGenerator<string>): AsyncGenerator<CsvRow> {
  yield* splitter.write(head);
  for await (const part of rest) yield* splitter.write(part);
  yield* splitter.end();
}

type Separator = {
  delimiter: string;
  /** Whether the first line contains only the separator. */
  isLine: boolean;
};

/** Spreadsheets write semicolons in locales with a decimal comma. The header decides, or a line `sep=;` before it. */
function separatorOf(head: string): Separator {
  const said = /^sep=([^\r\n"])\r?\n/i.exec(head)?.[1];
  if (said) return { delimiter: said, isLine: true };
  const header = (head.trimStart().split('\n', 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => header.split(delimiter).length;
  const delimiter = [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
  return { delimiter, isLine: false };
}
