/** Something that a computation asks the subject that it is made for. */
type Question<S> = (subject: S) => unknown;
export type Ask<S> = <A>(question: (subject: S) => A) => A;

/** After a question comes what each answer leads to: the next question, or the result. */
type Node<S, T> =
  | { kind: 'QUESTION'; question: Question<S>; branches: Map<unknown, Node<S, T>> }
  | { kind: 'RESULT'; result: T };

/** One computation: it asks, and its result is kept. */
type Asking<S, T> = { ask: Ask<S>; keep: (result: T) => void };

/**
 * The results of a computation for many subjects. It knows a subject only by what it asks. Subjects who give the same
 * answers have the same result, and it is computed once for all of them: nobody has to declare what it depends on.
 */
export class ResultsByAnswers<S, T> {
  #root: Node<S, T> | null = null;

  /** The result for a subject, if it was computed for one with the same answers. */
  find(subject: S): { result: T } | null {
    let node = this.#root;
    while (node?.kind === 'QUESTION') node = node.branches.get(comparable(node.question(subject))) ?? null;
    return node;
  }

  /** For a computation that was not found. What it asks is recorded until its result is kept. */
  asking(subject: S): Asking<S, T> {
    const answers = new Map<Question<S>, unknown>();
    return {
      ask: (question) => {
        const answer = question(subject);
        answers.set(question, comparable(answer));
        return answer;
      },
      keep: (result) => this.#keep(subject, answers, result),
    };
  }

  /**
   * Earlier computations may have asked in another order, when they waited for several things at once. Therefore the path of
   * a result is what they asked, as far as it leads, followed by all that this computation asked.
   */
  #keep(subject: S, answers: ReadonlyMap<Question<S>, unknown>, result: T): void {
    const further = new Map(answers);
    let attach = (next: Node<S, T>): void => {
      this.#root = next;
    };
    for (let node = this.#root; node; ) {
      if (node.kind === 'RESULT') return;
      const { question, branches } = node;
      const answer = comparable(question(subject));
      further.delete(question);
      attach = (next) => void branches.set(answer, next);
      node = branches.get(answer) ?? null;
    }
    attach(
      [...further].reduceRight<Node<S, T>>(
        (next, [question, answer]) => ({ kind: 'QUESTION', question, branches: new Map([[answer, next]]) }),
        { kind: 'RESULT', result },
      ),
    );
  }
}

/** Sets with the same texts are the same answer. Other objects are only the same as themselves. */
function comparable(answer: unknown): unknown {
  return answer instanceof Set ? JSON.stringify([...answer].sort()) : answer;
}
