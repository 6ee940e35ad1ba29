/** The questions that a daemon repeats to a program that connects, and the commands that answer them, all of them needed. */
const questions: readonly (readonly [question: RegExp, answers: readonly string[]])[] = [
  [/^>HOLD:/, ['hold release']],
  [/^>PASSWORD:Need '.*' username\/password/, ['username', 'password']],
  [/^>PASSWORD:Need '.*' username/, ['username']],
  [/^>PASSWORD:Need /, ['password']],
  [/^>NEED-OK:/, ['needok']],
  [/^>NEED-STR:/, ['needstr']],
  [/^>NEED-CERTIFICATE:/, ['certificate']],
  [/^>(?:PK|RSA)_SIGN:/, ['pk-sig']],
  [/^>REMOTE:/, ['remote']],
  [/^>PROXY:/, ['proxy']],
];

/** What the daemon waits for, as its own line. It asks one question at a time, and so the latest is the open one. */
export type OpenQuestion = {
  note(line: string): void;
  /** The daemon has taken a command; when that was the answer, the question is closed. */
  answered(words: readonly string[]): void;
  clear(): void;
  readonly line: string | undefined;
  /** Whether this command answers it. */
  awaits(verb: string): boolean;
};

export function createOpenQuestion(): OpenQuestion {
  let open: { line: string; answers: Set<string> } | undefined;
  return {
    note(line) {
      const [, answers] = questions.find(([question]) => question.test(line)) ?? [];
      if (answers) open = { line, answers: new Set(answers) };
    },
    answered(words) {
      const name = answerName(words);
      open?.answers.delete(name);
      // A signal ends whatever the daemon waits for.
      if (open?.answers.size === 0 || name === 'signal') open = undefined;
    },
    clear() {
      open = undefined;
    },
    get line() {
      return open?.line;
    },
    awaits: verb => open?.answers.has(answerName([verb])) ?? false,
  };
}

/** `hold` with its parameter; `rsa-sig` by its newer name, because both answer the same. */
function answerName([verb = '', first]: readonly string[]): string {
  if (verb === 'rsa-sig') return 'pk-sig';
  return verb === 'hold' && first !== undefined ? `hold ${first}` : verb;
}
