import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours a piece of text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** Colours on a terminal only; NO_COLOR and FORCE_COLOR decide otherwise. */
export const styleFor =
  (stream: NodeJS.WriteStream): Style =>
  (format, text) =>
    styleText(format, text, { stream });
