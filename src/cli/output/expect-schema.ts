/** The shape of `expect -o json`, published as schemas/expect-result.v0.schema.json; stable. */
import Type from 'typebox';
import { EXPLAIN_ANSWER, closed, port, words } from './explain-schema.js';

export const EXPECT_RESULT_SCHEMA = Type.Object(
  {
    holds: Type.Boolean({ description: 'Whether no assertion fails' }),
    assertions: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: 'As the file has it, or what it says' }),
          kind: words(['call', 'probes']),
          file: Type.String(),
          line: Type.Integer({ minimum: 1 }),
          column: Type.Integer({ minimum: 1 }),
          status: words(['holds', 'fails', 'skipped'], 'skipped: it is about nothing, and may be'),
          checked: Type.Integer({ minimum: 0, description: 'Workload ports, or probes' }),
          proven: Type.Optional(
            Type.Boolean({
              description: 'false: patterns leave it open whether there is a request that does otherwise',
            }),
          ),
          counterexample: Type.Optional(EXPLAIN_ANSWER),
          failing: Type.Array(
            Type.Object({ kind: Type.String(), namespace: Type.String(), name: Type.String(), port }, closed),
            { description: 'Workload ports that do not do what is expected' },
          ),
        },
        closed,
      ),
    ),
  },
  { ...closed, $schema: 'http://json-schema.org/draft-07/schema#', title: 'Answer of gatehouse expect, v0' },
);
