/** Status sub-objects; the webhook never judges them, the CRDs keep them and route status is read from them. */
import { integer, list, localTargetRef, object, optional, required, string } from '../shapes.js';

const condition = () =>
  object({
    type: required(string()),
    status: required(string()),
    reason: optional(string()),
    message: optional(string()),
    lastTransitionTime: optional(string(), { crd: { replace: { type: 'string', format: 'date-time' } } }),
    observedGeneration: optional(integer(), { crd: { replace: { type: 'integer', format: 'int64' } } }),
  });

/** `{conditions}` (EgressNetwork). */
export const conditionsStatus = () => object({ conditions: optional(list(condition())) });

/** `{conditions, targetRef}` (HTTPLocalRateLimitPolicy). */
export const rateLimitStatus = () =>
  object({
    conditions: optional(list(condition())),
    targetRef: optional(localTargetRef()),
  });

/** `{parents: [{parentRef, controllerName, conditions}]}` (routes). */
export const routeStatus = () =>
  object({
    parents: optional(
      list(
        object({
          parentRef: required(
            object({
              group: optional(string()),
              kind: optional(string()),
              namespace: optional(string()),
              name: required(string()),
              sectionName: optional(string()),
              port: optional(integer(), { crd: { replace: { type: 'integer', format: 'int32' } } }),
            }),
          ),
          controllerName: required(string()),
          conditions: optional(list(condition())),
        }),
      ),
    ),
  });
