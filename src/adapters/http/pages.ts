/** What the two express applications share: how they match paths, and the pages that say no. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { send, textAnswer, type Answer } from './answer.js';
import { LIMITS } from './limits.js';
import type { Gate } from './ports.js';
import { readBody } from './read-body.js';

const NOT_FOUND = textAnswer(404, 'nothing is served here');
const BROKEN = textAnswer(500, 'this page failed');

/** An express application that matches paths as they are written and tells nothing of itself. */
export function strictApp(): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('strict routing').enable('case sensitive routing');
  return app;
}

/** Ends an application: every other path, and what throws. */
export function finishApp(app: Express, gate: Gate): void {
  app.use(page(NOT_FOUND, gate));
  // express knows an error handler by its four parameters.
  app.use((_error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(_error);
    else page(BROKEN, gate)(request, response);
  });
}

/** A page that says no, after the request has been read to its end. */
export function page(
  answer: Answer,
  gate: Gate,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    readBody(request, {
      limit: LIMITS.bodyBytes,
      reserve: () => false,
      done: () => {
        send(request, response, answer, gate);
      },
    });
  };
}
