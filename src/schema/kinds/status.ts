/** Status sub-objects; the webhook never judges them, the CRDs keep them and route status is read from them. */
import { integer, list, localTargetRef, object, optional, required, string } from '../shapes.js';

const time = { crd: { strict: { format: 'date-time' } } } as const;

const conditions = () =>
  optional(
    list(
      object({
        type: required(string(), { description: 'What this is about.' }),
        status: required(string(), {
          description: 'True, False or Unknown.',
          crd: { strict: { enum: ['True', 'False', 'Unknown'] } },
        }),
        reason: optional(string(), { description: 'Why, in one word.' }),
        message: optional(string(), { description: 'Why, in words.' }),
        lastProbeTime: optional(string(), { description: 'When it was last looked at.', ...time }),
        lastTransitionTime: optional(string(), { description: 'When the status last changed.', ...time }),
        observedGeneration: optional(integer(), {
          description: 'The `metadata.generation` that this was found on.',
        }),
      }),
    ),
    { description: 'What controllers found.' },
  );

/** `{conditions}` (EgressNetwork, ExternalWorkload). */
export const conditionsStatus = () => object({ conditions: conditions() });

/** `{conditions, targetRef}` (HTTPLocalRateLimitPolicy). */
export const rateLimitStatus = () => {
  const { group, kind, name } = localTargetRef().properties;
  return object({
    conditions: conditions(),
    targetRef: optional(
      object({
        group: optional(group, { crd: { default: 'policy.linkerd.io' } }),
        kind: optional(kind, { crd: { default: 'Server' } }),
        name,
      }),
      { description: 'What this was found on.', crd: { strict: { required: true } } },
    ),
  });
};

/** `{parents: [{parentRef, controllerName, conditions}]}` (routes). */
export const routeStatus = (defaultGroup: string) =>
  object({
    parents: optional(
      list(
        object({
          parentRef: required(
            object({
              group: optional(string(), { crd: { default: defaultGroup } }),
              kind: optional(string(), { crd: { default: 'Gateway' } }),
              namespace: optional(string()),
              name: required(string()),
              sectionName: optional(string()),
              port: optional(integer()),
            }),
            { description: 'The parent, as the spec names it.' },
          ),
          controllerName: required(string(), { description: 'Who found it.' }),
          conditions: conditions(),
        }),
      ),
      {
        description: 'What each parent’s controller made of this route.',
        crd: { strict: { required: true, maxItems: 32 } },
      },
    ),
  });
