import { taskWords, wordsOfComment } from '../../src/domain/tasks/words.ts';
import { pick, seededRandom } from '../../test/support/random.ts';

/** Texts of tasks, and their words as Errand keeps them. */
export type Texts = {
  titles: string[];
  notes: string[];
  comments: string[];
  ownWords: string[];
  commentWords: string[];
};

const vocabulary = 2_000;
const texts = 4_000;

/** The same texts each time, of words as unevenly common as those of people are. */
export function inventTexts(): Texts {
  const random = seededRandom(7);
  const words = Array.from({ length: vocabulary }, () => inventWord(random));
  const common = () => words[Math.floor(vocabulary ** random()) - 1] ?? '';
  const sentence = (length: number) => Array.from({ length }, common).join(' ');
  const made = Array.from({ length: texts }, () => ({
    title: sentence(4),
    notes: sentence(20),
    comment: sentence(15),
  }));
  return {
    titles: made.map(({ title }) => title),
    notes: made.map(({ notes }) => notes),
    comments: made.map(({ comment }) => comment),
    ownWords: made.map((task) => taskWords(task)),
    commentWords: made.map(({ comment }) => wordsOfComment(comment)),
  };
}

function inventWord(random: () => number): string {
  const syllables = 2 + Math.floor(random() * 3);
  return Array.from({ length: syllables }, () => pick([...'bdfgklmnprstvz'], random) + pick([...'aeiou'], random)).join(
    '',
  );
}
