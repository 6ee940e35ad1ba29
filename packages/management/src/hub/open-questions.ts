/** The questions that a daemon repeats to a program that connects, and the commands that answer them. */
const answers: Readonly<Record<string, readonly string[]>> = {
  '>HOLD:': ['hold'],
  '>PASSWORD:Need ': ['password'],
  '>NEED-OK:': ['needok'],
  '>NEED-STR:': ['needstr'],
  '>NEED-CERTIFICATE:': ['certificate'],
  '>PK_SIGN:': ['pk-sig', 'rsa-sig'],
  '>RSA_SIGN:': ['pk-sig', 'rsa-sig'],
  '>REMOTE:': ['remote'],
  '>PROXY:': ['proxy'],
};

/** What the daemon waits for, as its own lines: the hub repeats them to newcomers as the daemon would. */
export type OpenQuestions = {
  note(line: string): void;
  /** A command was accepted: the question that it answers is closed. */
  answered(words: readonly string[]): void;
  clear(): void;
  readonly lines: readonly string[];
};

export function createOpenQuestions(): OpenQuestions {
  const open = new Map<string, string>();
  const delegated = (line: string) => Object.keys(answers).find(prefix => line.startsWith(prefix));
  return {
    note(line) {
      const question = delegated(line);
      if (question) open.set(question, line);
    },
    answered([verb = '', first]) {
      if (verb === 'hold' && first !== 'release') return;
      for (const [question, verbs] of Object.entries(answers))
        if (verbs.includes(verb)) open.delete(question);
    },
    clear: () => open.clear(),
    get lines() {
      return [...open.values()];
    },
  };
}
