import { spawn } from 'node:child_process';

/** Opens a web page in the user's browser. False when there is no display or no browser, or it is no web page. */
export async function openWebPage(url: string): Promise<boolean> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  // The server chose the text: nothing but a web page is handed to a program.
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url) || !(DISPLAY || WAYLAND_DISPLAY)) return false;
  const child = spawn('xdg-open', [new URL(url).href], { stdio: 'ignore', detached: true });
  child.unref();
  const opened = Promise.withResolvers<boolean>();
  // Some browsers stay in the foreground.
  const timer = setTimeout(opened.resolve, OPENED_MS, true);
  child.once('error', () => opened.resolve(false));
  child.once('exit', code => opened.resolve(code === 0));
  try {
    return await opened.promise;
  } finally {
    clearTimeout(timer);
  }
}

const OPENED_MS = 2000;
