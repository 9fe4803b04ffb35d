/**
 * The webhook's application. express carries the pages; the path of a review goes past it, because an express route
 * costs about three times a bare handler (docs/decisions/0003-review-path-before-express.md). Both ways to the review
 * handler give the same answers, and the protocol tests run over both.
 */
import type { RequestListener } from 'node:http';
import type { Express } from 'express';
import { finishApp, strictApp } from './pages.js';
import type { Gate } from './ports.js';
import { pathOf, REVIEW_PATHS } from './request-line.js';
import { createReviewHandler, type ReviewDeps } from './validate-handler.js';

/** The whole application in express, not listening. */
export function createApp(deps: ReviewDeps): Express {
  return appAround(createReviewHandler(deps), deps.gate);
}

/** The application as it is served: reviews first, everything else through express. */
export function createWebhookListener(deps: ReviewDeps): RequestListener {
  const review = createReviewHandler(deps);
  const app = appAround(review, deps.gate);
  return (request, response) => {
    if (REVIEW_PATHS.includes(pathOf(request.url ?? ''))) review(request, response);
    else app(request, response);
  };
}

function appAround(review: RequestListener, gate: Gate): Express {
  const app = strictApp();
  app.all([...REVIEW_PATHS], (request, response) => {
    review(request, response);
  });
  finishApp(app, gate);
  return app;
}
