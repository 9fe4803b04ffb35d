/** `/api/*` of the admin port: questions about the live cache, in the JSON of the commands that ask the same. */
import type { Express, Request, Response } from 'express';
import { send, textAnswer, type Answer } from './answer.js';
import type { Gate } from './ports.js';

export const API_PATHS = ['explain', 'matrix', 'findings'] as const;

export interface ApiQuestion {
  readonly path: (typeof API_PATHS)[number];
  /** Decoded, in their order. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

export type ApiAnswer =
  /** A JSON text in parts; who stops reading early returns the iterator. */
  | { readonly is: 'json'; readonly parts: AsyncIterable<string> }
  | { readonly is: 'bad-question'; readonly message: string }
  /** Not everything is listed yet. */
  | { readonly is: 'not-ready' }
  /** Too many others are being answered. */
  | { readonly is: 'busy' };

/** Answers questions without holding up reviews. Rejects for a fault of ours. */
export interface Api {
  readonly ask: (question: ApiQuestion) => Promise<ApiAnswer>;
  /** Whether callers must name this machine as `localhost` or by a loopback address. */
  readonly loopbackOnly: boolean;
}

const NOT_READY = textAnswer(503, 'not everything is listed yet', { headers: { 'Retry-After': '1' } });
const BUSY = textAnswer(503, 'too many questions are being answered', { headers: { 'Retry-After': '1' } });
const FOREIGN = textAnswer(403, 'ask for localhost: only this machine is answered');

export function serveApi(app: Express, api: Api, gate: Gate): void {
  for (const path of API_PATHS) {
    app.get(`/api/${path}`, async (request, response) => {
      const reply = (answer: Answer): void => {
        request.resume().once('end', () => send(request, response, answer, gate));
      };
      // A page of another site whose name leads here must not read the cluster's policy.
      if (api.loopbackOnly && !isLoopback(hostOf(request.headers.host ?? ''))) {
        reply(FOREIGN);
        return;
      }
      const answer = await api.ask({ path, query: [...queryOf(request)] });
      switch (answer.is) {
        case 'json':
          await stream(request, response, answer.parts);
          return;
        case 'bad-question':
          reply(textAnswer(400, answer.message));
          return;
        case 'not-ready':
          reply(NOT_READY);
          return;
        case 'busy':
          reply(BUSY);
      }
    });
  }
}

const queryOf = ({ url }: Request): URLSearchParams => new URL(url, 'http://localhost').searchParams;

/** Who does not read for so long is not answered any more: others wait for the answer to end. */
const PATIENCE_MS = 30_000;

/** Writes a part when there is room for it; ends with the caller. */
async function stream(request: Request, response: Response, parts: AsyncIterable<string>): Promise<void> {
  request.resume();
  const closed = new Promise((resolve) => response.once('close', resolve));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  for await (const part of parts) {
    if (response.destroyed) return;
    if (request.method === 'HEAD' || response.write(part)) continue;
    const timer = setTimeout(() => response.destroy(), PATIENCE_MS);
    await Promise.race([new Promise((resolve) => response.once('drain', resolve)), closed]);
    clearTimeout(timer);
  }
  response.end();
}

/** Of `host:port`, without brackets. */
const hostOf = (authority: string): string => authority.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** Whether a host is this machine by its spelling. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
