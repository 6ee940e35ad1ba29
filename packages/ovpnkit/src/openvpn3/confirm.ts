import { createPrompter } from './ask.ts';

/** Has the user type YES on the terminal before something is done for ever. `consequence` says what it does. */
export async function confirm(
  consequence: string,
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<boolean> {
  const prompter = createPrompter(output, signal);
  output.write(`This operation CANNOT be undone and ${consequence}.\n`);
  try {
    return (await prompter.ask('Are you sure you want to do this? (enter yes in upper case) ')) === 'YES';
  } finally {
    prompter.close();
  }
}
