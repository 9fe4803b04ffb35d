// Writes src/adapters/grpc/gen from proto/; test/adapters/grpc/generated.test.ts compares the two.
// Needs protoc and its well-known types (Debian: protobuf-compiler, libprotobuf-dev).
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';

const OUT = 'src/adapters/grpc/gen';
const OPTIONS = [
  'outputServices=grpc-js',
  'esModuleInterop=true',
  'importSuffix=.js',
  'forceLong=bigint',
  'oneof=unions-value',
  'useOptionals=messages',
  'enumsAsLiterals=true', // no `enum`: erasableSyntaxOnly
  'unrecognizedEnum=false',
  'useDuration=string', // in JSON: "10s"
  'outputJsonMethods=to-only',
  'outputPartialMethods=false',
  'annotateFilesWithVersion=false',
];

const sources = readdirSync('proto').filter((name) => name.endsWith('.proto'));
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const protoc = spawnSync(
  'protoc',
  [
    '--plugin=node_modules/.bin/protoc-gen-ts_proto',
    '--proto_path=proto',
    `--ts_proto_out=${OUT}`,
    ...OPTIONS.map((option) => `--ts_proto_opt=${option}`),
    ...sources,
  ],
  { stdio: 'inherit' },
);
if (protoc.error !== undefined)
  process.stderr.write(`protoc did not start: ${protoc.error.message}; Debian has it in protobuf-compiler\n`);
process.exit(protoc.status ?? 1);
