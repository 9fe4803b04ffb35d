/** The shape of `lint -o json`, published as schemas/lint.v0.schema.json; stable. */
import Type from 'typebox';
import { SEVERITIES } from '../../model/finding.js';

const closed = { additionalProperties: false };
const name = Type.Object(
  {
    group: Type.String(),
    kind: Type.String(),
    namespace: Type.Optional(Type.String()),
    name: Type.String(),
  },
  closed,
);

export const LINT_SCHEMA = Type.Array(
  Type.Object(
    {
      code: Type.String({ description: 'The rule, with a page docs/rules/<code>.md' }),
      severity: Type.Unsafe<string>({ type: 'string', enum: [...SEVERITIES] }),
      message: Type.String(),
      hint: Type.Optional(Type.String({ description: 'What to write instead' })),
      path: Type.String({ description: 'Where in the object; empty for the object as a whole' }),
      file: Type.String(),
      line: Type.Integer({ minimum: 0, description: 'From 1; 0 where there is no file' }),
      column: Type.Integer({ minimum: 0 }),
      object: Type.Object(
        {
          apiVersion: Type.String(),
          kind: Type.String(),
          namespace: Type.Optional(Type.String()),
          name: Type.String(),
        },
        closed,
      ),
      related: Type.Array(name, { description: 'Other objects involved' }),
      accepted: Type.Optional(
        Type.String({ description: 'The reason given in the object for accepting it' }),
      ),
    },
    closed,
  ),
  { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Findings of gatehouse lint, v0' },
);
