import { createPrompter } from './ask.ts';

/** Has the user type YES before something is done for ever. `consequence` says what it does. */
export async function confirm(consequence: string, signal: AbortSignal): Promise<boolean> {
  const prompter = createPrompter(process.stdout, signal);
  process.stdout.write(`This operation CANNOT be undone and ${consequence}.\n`);
  try {
    return (await prompter.ask('Are you sure you want to do this? (enter yes in upper case) ')) === 'YES';
  } finally {
    prompter.close();
  }
}
