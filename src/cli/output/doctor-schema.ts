/** The shape of `doctor -o json`, published as schemas/doctor.v0.schema.json; stable. */
import Type from 'typebox';
import { CHECK_IDS, STATUSES } from '../../app/doctor/check.js';

const closed = { additionalProperties: false };
const words = (values: readonly string[]) => Type.Unsafe<string>({ type: 'string', enum: [...values] });

export const DOCTOR_SCHEMA = Type.Object(
  {
    ok: Type.Boolean({ description: 'Whether no check failed; the exit code is 0 then, otherwise 1' }),
    checks: Type.Array(
      Type.Object(
        {
          id: words(CHECK_IDS),
          status: words(STATUSES),
          text: Type.String(),
          fix: Type.Optional(Type.String({ description: 'What to do about it' })),
        },
        closed,
      ),
    ),
  },
  { ...closed, $schema: 'http://json-schema.org/draft-07/schema#', title: 'Checks of gatehouse doctor, v0' },
);
