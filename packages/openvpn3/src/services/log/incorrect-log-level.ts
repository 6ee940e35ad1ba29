import type { DBusError } from '@ovpnkit/dbus';
import { failed } from '../../contract/errors.ts';
import { HIGHEST_LOG_LEVEL } from '../../contract/log.ts';

/** Refuses to set a log level. It begins as deployed programs have it. */
export const incorrectLogLevel = (value: number): DBusError =>
  failed(`Incorrect log level: ${value} is higher than ${HIGHEST_LOG_LEVEL}`);
