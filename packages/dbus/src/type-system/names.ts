// The grammar of D-Bus names. The bus disconnects whoever sends a bad one, so every name is checked before it is sent.
const ELEMENT = /^[A-Za-z_][A-Za-z0-9_]*$/;
const BUS_ELEMENT = /^[A-Za-z_-][A-Za-z0-9_-]*$/;
const UNIQUE_ELEMENT = /^[A-Za-z0-9_-]+$/;
const LONGEST = 255;

/** `/`, or elements of `[A-Za-z0-9_]` each behind a slash. */
export function isObjectPath(text: string): boolean {
  if (text === '/') return true;
  return /^\/[A-Za-z0-9_/]+$/.test(text) && !text.endsWith('/') && !text.includes('//');
}

/** A method, a signal or a property: `RequestName`. */
export function isMemberName(text: string): boolean {
  return text.length <= LONGEST && ELEMENT.test(text);
}

/** Two or more elements between dots: `org.freedesktop.DBus`. Error names have the same form. */
export function isInterfaceName(text: string): boolean {
  return isDotted(text, ELEMENT);
}

/** `:1.42`: given by the bus to one connection, never given again. */
export function isUniqueName(text: string): boolean {
  return text.startsWith(':') && isDotted(text.slice(1), UNIQUE_ELEMENT) && text.length <= LONGEST;
}

/** `com.example.Greeter`: the name a service asks the bus for. */
export function isWellKnownName(text: string): boolean {
  return isDotted(text, BUS_ELEMENT);
}

/** Where a message can be sent: a unique or a well-known name. */
export function isBusName(text: string): boolean {
  return isUniqueName(text) || isWellKnownName(text);
}

function isDotted(text: string, element: RegExp): boolean {
  if (text.length > LONGEST) return false;
  const elements = text.split('.');
  return elements.length > 1 && elements.every(each => element.test(each));
}
