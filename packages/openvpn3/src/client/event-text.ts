import { categoryWords, groupWords } from '../contract/log.ts';
import { type Status, StatusMajor, StatusMinor } from '../contract/status.ts';

const majorWords = ['(unset)', 'Configuration', 'Connection', 'Session', 'PKCS#11', 'Process'];

const minorWords = [
  '(unset)',
  'Configuration error',
  'Configuration OK',
  'Configuration missing inline data',
  'Configuration requires user input',
  'Client initialized',
  'Client connecting',
  'Client connected',
  'Client disconnecting',
  'Client disconnected',
  'Client connection failed',
  'Client authentication failed',
  'Client reconnect',
  'Client pausing connection',
  'Client connection paused',
  'Client connection resuming',
  'Client process exited',
  'New session created',
  'Backend Session Object completed',
  'Session deleted',
  'User/password authentication',
  'Challenge/response authentication',
  'URL authentication',
  'PKCS#11 sign operation',
  'PKCS#11 encrypt operation',
  'PKCS#11 decrypt operation',
  'PKCS#11 verify operation',
  'Process started',
  'Process stopped',
  'Process killed',
];

/** A line of a log in the words of OpenVPN 3: `Client INFO: Disconnected`. Numbers that are unknown here stay numbers. */
export function logText(group: number, category: number, message: string): string {
  const words = [
    groupWords[group] ?? `(group ${group})`,
    categoryWords[category] ?? `(category ${category})`,
  ];
  return `${words.filter(Boolean).join(' ')}: ${message}`;
}

/** A status in the words of OpenVPN 3: `Connection, Client connected`, with its message behind a colon. */
export function statusText({ major, minor, message }: Status): string {
  const words = `${majorWords[StatusMajor[major]]}, ${minorWords[StatusMinor[minor]]}`;
  return message === '' ? words : `${words}: ${message}`;
}
