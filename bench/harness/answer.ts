/**
 * The other side of startChild: says that the process is ready and answers its questions, one at a time. When the bench leaves,
 * `leave` is called and the process ends.
 */
export function answerQuestions<Q>(answer: (question: Q) => unknown, leave: () => unknown = () => {}): void {
  process.on('message', async (question: Q) => {
    try {
      process.send?.({ answer: await answer(question) });
    } catch (error) {
      process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', async () => {
    await leave();
    process.exit(0);
  });
  // The signal of a terminal reaches the whole group; the bench itself ends its processes in order.
  process.on('SIGINT', () => {});
  process.send?.({ answer: 'ready' });
}
