/** gRPC's server reflection, for grpcurl and its kin: what is served, and the definitions of it. */
import { status, type handleBidiStreamingCall } from '@grpc/grpc-js';
import type { Connections } from './connections.js';
import { FILES, type ProtoFile } from './gen/descriptors.js';
import type {
  ServerReflectionRequest,
  ServerReflectionResponse,
} from './gen/grpc/reflection/v1/reflection.js';

type Answer = NonNullable<ServerReflectionResponse['messageResponse']>;

const BY_NAME: ReadonlyMap<string, ProtoFile> = new Map(FILES.map((file) => [file.name, file]));
const BY_SYMBOL: ReadonlyMap<string, ProtoFile> = new Map(
  FILES.flatMap((file) => file.symbols.map((symbol): [string, ProtoFile] => [symbol, file])),
);
const SERVICES = FILES.flatMap(({ services }) => services).sort();

/** One question, one answer; v1 and v1alpha differ in nothing but their name. */
export const serverReflectionInfo =
  (connections: Connections): handleBidiStreamingCall<ServerReflectionRequest, ServerReflectionResponse> =>
  (call) => {
    call.on('data', (request: ServerReflectionRequest) => {
      if (call.write(reflect(request))) return;
      // Who does not read the answers is not listened to.
      call.pause();
      call.once('drain', () => call.resume());
    });
    const end = (): void => {
      call.end();
    };
    call.once('end', end);
    call.once('close', connections.attach(call.getPeer(), end));
  };

export function reflect(request: ServerReflectionRequest): ServerReflectionResponse {
  return { validHost: request.host, originalRequest: request, messageResponse: answer(request) };
}

function answer({ messageRequest: asked }: ServerReflectionRequest): Answer {
  switch (asked?.$case) {
    case 'listServices':
      return { $case: 'listServicesResponse', value: { service: SERVICES.map((name) => ({ name })) } };
    case 'fileByFilename':
      return fileAnswer(BY_NAME.get(asked.value), asked.value);
    case 'fileContainingSymbol':
      return fileAnswer(BY_SYMBOL.get(asked.value), asked.value);
    case 'fileContainingExtension':
      return problem(status.NOT_FOUND, 'there are no extensions');
    case 'allExtensionNumbersOfType':
      return BY_SYMBOL.has(asked.value)
        ? {
            $case: 'allExtensionNumbersResponse',
            value: { baseTypeName: asked.value, extensionNumber: [] },
          }
        : problem(status.NOT_FOUND, 'there is no such type');
    case undefined:
      return problem(status.INVALID_ARGUMENT, 'nothing that is known here was asked');
  }
}

function fileAnswer(file: ProtoFile | undefined, name: string): Answer {
  if (file === undefined) return problem(status.NOT_FOUND, `there is no ${name.slice(0, 200)}`);
  const fileDescriptorProto = [...withDependencies(file)].map(({ bytes }) => Buffer.from(bytes, 'base64'));
  return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

/** A file and everything that it needs, each once, itself first. */
function withDependencies(file: ProtoFile, found = new Set<ProtoFile>()): Set<ProtoFile> {
  if (found.has(file)) return found;
  found.add(file);
  for (const name of file.dependencies) {
    const dependency = BY_NAME.get(name);
    if (dependency !== undefined) withDependencies(dependency, found);
  }
  return found;
}

const problem = (errorCode: status, errorMessage: string): Answer => ({
  $case: 'errorResponse',
  value: { errorCode, errorMessage },
});
