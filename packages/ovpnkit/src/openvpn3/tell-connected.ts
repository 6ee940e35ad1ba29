import { printable } from '../output/printable.ts';
import type { Connected } from './connect-session.ts';
import { openWebPage } from './web-login.ts';

/** Says how far a connection came, and opens the page that the user has to see. */
export async function tellConnected(connected: Connected, print: (lines: string) => void): Promise<void> {
  switch (connected.type) {
    case 'connected':
      return print(`Connected to ${printable(connected.server)} (${printable(connected.address)})`);
    case 'background':
      return print('Session is running in the background');
    case 'web':
      return tellWebLogin(connected.url, print);
  }
}

async function tellWebLogin(url: string, print: (lines: string) => void): Promise<void> {
  print('Web based authentication required.');
  if (await openWebPage(url)) print(`Opened in the browser: ${printable(url)}`);
  else {
    print('Could not open the URL automatically.');
    print(`Open this URL to complete the connection: \n     ${printable(url)}`);
  }
  print("\nFurther manage this session using 'ovpnkit session-auth'");
}
