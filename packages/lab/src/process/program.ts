import { execFile } from 'node:child_process';

/** What a child process gets: the caller's environment, the administrator's folders, and messages in English. */
export const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  // A user's PATH seldom has the folders where distributions put openvpn and ip.
  PATH: [process.env.PATH, '/usr/sbin', '/sbin'].filter(Boolean).join(':'),
  LC_ALL: 'C',
});

export type ProgramResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end, whatever its exit code; rejects when it cannot be started, or was killed by the signal. */
export function runProgram(
  command: readonly string[],
  input = '',
  signal?: AbortSignal,
): Promise<ProgramResult> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { env: environment(), ...(signal && { signal, killSignal: 'SIGKILL' }) },
      (error, stdout, stderr) => {
        // execFile reports an exit code as a number, a system error such as ENOENT as a string, a signal as null.
        const code = error ? error.code : 0;
        if (typeof code === 'number') resolve({ code, stdout, stderr });
        else
          reject(
            new Error(`The program ${program} could not be run to its end: ${error?.message}`, {
              cause: error,
            }),
          );
      },
    );
    // A program that ends before it has read its input is judged by its exit code, not by the broken pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Runs a program that has to succeed. */
export async function runOrThrow(command: readonly string[], input = ''): Promise<void> {
  const { code, stdout, stderr } = await runProgram(command, input);
  if (code !== 0)
    throw new Error(`'${command.join(' ')}' failed with code ${code}: ${(stderr || stdout).trim()}`);
}
