/** The admin port: plain HTTP for probes and metrics, on its own listener (webhook-operations, section 8). */
import { createServer, type Server } from 'node:http';
import type { Express, Request, Response } from 'express';
import { API_PATHS, serveApi, type Api } from './api.js';
import { send, textAnswer, type Answer } from './answer.js';
import { finishApp, page, strictApp } from './pages.js';
import type { Gate } from './ports.js';
import type { Readiness } from './readiness.js';
import { SERVER_SETTINGS } from './tls-settings.js';

export interface AdminDeps {
  /** Absent where no questions are answered. */
  readonly api?: Api | undefined;
  readonly readiness: Pick<Readiness, 'page'>;
  /** The metrics as text, and their content type. */
  readonly metrics: { readonly contentType: string; readonly render: () => Promise<string> };
}

/** Probes keep their connections whatever happens to the webhook. */
const ALWAYS: Gate = Object.freeze({ state: 'ready' });
/** Probes of one node and a few scrapers. */
const MAX_CONNECTIONS = 64;
const LIVE = textAnswer(200, 'live');
const GET_ONLY = textAnswer(405, 'only GET and HEAD are served here', { headers: { Allow: 'GET, HEAD' } });

/** `/live`, `/ready` (`?verbose`), `/metrics` and perhaps `/api/*`, for GET and HEAD. */
export function createAdminApp({ readiness, metrics, api }: AdminDeps): Express {
  const app = strictApp();
  const reply = (request: Request, response: Response, answer: Answer): void => {
    request.resume().once('end', () => send(request, response, answer, ALWAYS));
  };
  // That the loop turns is shown by the answer.
  app.get('/live', (request, response) => reply(request, response, LIVE));
  app.get('/ready', (request, response) => {
    const { ready, short, verbose } = readiness.page;
    const body = Object.hasOwn(request.query, 'verbose') ? verbose : short;
    reply(request, response, { ...textAnswer(ready ? 200 : 503, ''), body });
  });
  const render = shared(metrics.render);
  app.get('/metrics', async (request, response) => {
    reply(request, response, { ...textAnswer(200, ''), type: metrics.contentType, body: await render() });
  });
  if (api !== undefined) serveApi(app, api, ALWAYS);
  const paths = [
    '/live',
    '/ready',
    '/metrics',
    ...(api === undefined ? [] : API_PATHS.map((path) => `/api/${path}`)),
  ];
  app.all(paths, page(GET_ONLY, ALWAYS));
  finishApp(app, ALWAYS);
  return app;
}

/** The admin port's server, not listening: the webhook's bounds on slow and on many callers, but few connections. */
export function createAdminServer(deps: AdminDeps): Server {
  const server = createServer({ ...SERVER_SETTINGS }, createAdminApp(deps));
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** However many ask at once, there is one rendering at a time. */
function shared(render: () => Promise<string>): () => Promise<string> {
  let running: Promise<string> | undefined;
  return () => {
    running ??= render().finally(() => {
      running = undefined;
    });
    return running;
  };
}
