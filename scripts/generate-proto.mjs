// Writes src/adapters/grpc/gen from proto/; test/adapters/grpc/wire.test.ts compares the two.
// Needs protoc and its well-known types (Debian: protobuf-compiler, libprotobuf-dev).
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import descriptor from 'protobufjs/ext/descriptor/index.js';

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

const sources = readdirSync('proto', { recursive: true })
  .filter((name) => name.endsWith('.proto'))
  .sort();

function protoc(...args) {
  const run = spawnSync('protoc', ['--proto_path=proto', ...args, ...sources], { stdio: 'inherit' });
  if (run.error !== undefined)
    process.stderr.write(`protoc did not start: ${run.error.message}; Debian has it in protobuf-compiler\n`);
  if (run.status !== 0) process.exit(run.status ?? 1);
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
protoc(
  '--plugin=node_modules/.bin/protoc-gen-ts_proto',
  `--ts_proto_out=${OUT}`,
  ...OPTIONS.map((option) => `--ts_proto_opt=${option}`),
);
writeDescriptors();

/** What the reflection service tells of proto/: each file as a FileDescriptorProto, and the names in it. */
function writeDescriptors() {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-proto-'));
  const set = path.join(dir, 'set');
  protoc('--include_imports', `--descriptor_set_out=${set}`);
  const { file: files } = descriptor.FileDescriptorSet.decode(readFileSync(set));
  rmSync(dir, { recursive: true });
  const text = files.map((file) => {
    const { name, package: scope, dependency } = file;
    const services = file.service.map((service) => ({
      name: `${scope}.${service.name}`,
      methods: service.method.map((method) => `${scope}.${service.name}.${method.name}`),
    }));
    const types = [
      ...file.enumType.map((type) => `${scope}.${type.name}`),
      ...file.messageType.flatMap((type) => typesIn(type, scope)),
    ];
    const bytes = Buffer.from(descriptor.FileDescriptorProto.encode(file).finish()).toString('base64');
    const symbols = [...services.flatMap((service) => [service.name, ...service.methods]), ...types];
    return {
      name,
      dependencies: dependency,
      services: services.map((service) => service.name),
      symbols,
      bytes,
    };
  });
  writeFileSync(
    path.join(OUT, 'descriptors.ts'),
    `// Generated from proto/ by scripts/generate-proto.mjs. DO NOT EDIT.

/* eslint-disable */
export interface ProtoFile {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly services: readonly string[];
  /** Services, methods, messages and enums, with their package. */
  readonly symbols: readonly string[];
  /** The FileDescriptorProto in base64. */
  readonly bytes: string;
}

export const FILES: readonly ProtoFile[] = ${JSON.stringify(text, undefined, 2)};
`,
  );
}

/** A message and what is in it; the entries of its maps are nobody's names. */
function typesIn({ name, nestedType, enumType, options }, scope) {
  if (options?.mapEntry === true) return [];
  const full = `${scope}.${name}`;
  return [
    full,
    ...enumType.map((type) => `${full}.${type.name}`),
    ...nestedType.flatMap((type) => typesIn(type, full)),
  ];
}
