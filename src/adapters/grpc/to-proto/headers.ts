import type { Header } from '../../../policy/inbound/port-policy.js';
import type { Headers } from '../gen/http_types.js';

const UTF8 = new TextEncoder();

/** HTTP/2 knows lower-case names only. */
export const headerName = (name: string): string => name.toLowerCase();

export const headerValue = (value: string): Uint8Array => UTF8.encode(value);

export const toHeaders = (headers: readonly Header[]): Headers => ({
  headers: headers.map(({ name, value }) => ({ name: headerName(name), value: headerValue(value) })),
});
