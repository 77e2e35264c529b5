/**
 * Asks one thing at a time: while an answer is awaited, of the further questions only the newest counts, and all get its
 * answer. For what changes faster than it can be answered, as a slider or the mouse does.
 */
export function newestOnly<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  let open: Promise<unknown> | undefined;
  let next: Promise<Answer> | undefined;
  let newest: Question;

  function begin(): Promise<Answer> {
    const answer = ask(newest);
    const end = answer.then(settle, settle);
    function settle(): void {
      if (open === end) open = undefined;
    }
    open = end;
    return answer;
  }

  return (question) => {
    newest = question;
    if (!open) return begin();
    next ??= open.then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
}
