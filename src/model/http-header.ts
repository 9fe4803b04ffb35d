/** Header names and values as the proxy reads them (admission-rules HDRNAME, HDRVAL). */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,65535}$/;

/** 1..65535 HTTP token characters, any case. */
export const isHeaderName = (name: string): boolean => TOKEN.test(name);

/** Text without control characters; tabs, spaces, the empty string and non-ASCII text are fine. */
export function isHeaderValue(value: string): boolean {
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return false;
  }
  return true;
}
