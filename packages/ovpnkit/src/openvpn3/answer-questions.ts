import { ClientAttentionType, isMissingInput, type Session } from '@ovpnkit/openvpn3';
import type { Prompter } from './ask.ts';
import { CommandFailure } from './command-failure.ts';

/** Asks the user what a session wants to know, until it is ready. False when there was nothing to answer. */
export async function answerQuestions(session: Session, prompter: Prompter): Promise<boolean> {
  let answered = false;
  while (!(await isReady(session))) {
    const needs = await session.needs();
    if (needs.length === 0) return answered; // it waits for something else, such as a login on the web
    for (const need of needs) {
      if (need.type !== ClientAttentionType.CREDENTIALS) {
        throw new CommandFailure(`The session asks for '${need.description}', which cannot be typed`);
      }
      const question = `${need.description}: `;
      await session.provide(
        need,
        need.hidden ? await prompter.askSecret(question) : await prompter.ask(question),
      );
      answered = true;
    }
  }
  return answered;
}

async function isReady(session: Session): Promise<boolean> {
  try {
    await session.ready();
    return true;
  } catch (error) {
    if (isMissingInput(error)) return false;
    throw error;
  }
}
