const encoder = new TextEncoder();

/** How many bytes the text has in UTF-8, which is what OpenVPN's limits count. */
export const byteLength = (text: string): number => encoder.encode(text).length;
