/** The shape of `verify -o json`, published as schemas/verify.v0.schema.json. */
import Type from 'typebox';

const closed = { additionalProperties: false };
const port = {
  ns: Type.String(),
  pod: Type.Optional(Type.String()),
  external_workload: Type.Optional(Type.String()),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
};
const part = (description: string) =>
  Type.Optional(Type.Unsafe<unknown>({ description: `${description}; absent where it has nothing there` }));

export const VERIFY_SCHEMA = Type.Object(
  {
    ports: Type.Integer({ minimum: 0, description: 'Workload ports that there are to ask for' }),
    answered: Type.Integer({ minimum: 0, description: 'How many of them the controller answered' }),
    unknownFields: Type.Integer({
      minimum: 0,
      description: 'Answers with fields that this version does not know and so does not compare',
    }),
    different: Type.Array(
      Type.Object(
        {
          ...port,
          differences: Type.Array(
            Type.Object(
              {
                kind: Type.Unsafe<string>({
                  type: 'string',
                  enum: ['changed', 'only-ours', 'only-theirs', 'order'],
                }),
                path: Type.String({
                  description: 'In the Server message; empty for the workload as a whole',
                }),
                message: Type.String({ description: 'What it means' }),
                ours: part('What Gatehouse says'),
                theirs: part('What the controller says'),
              },
              closed,
            ),
            { minItems: 1 },
          ),
        },
        closed,
      ),
    ),
    failures: Type.Array(
      Type.Object(
        {
          ...port,
          code: Type.String({
            description: 'The gRPC status, e.g. UNAVAILABLE; CHANGING for a port that did not stand still',
          }),
          message: Type.String(),
        },
        closed,
      ),
      { description: 'Ports that could not be asked for' },
    ),
  },
  { ...closed, $schema: 'http://json-schema.org/draft-07/schema#', title: 'Result of gatehouse verify, v0' },
);
