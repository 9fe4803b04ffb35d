/** What tools ask beside policy: health, and reflection. */
import { readdirSync } from 'node:fs';
import { Client, credentials, type ClientReadableStream } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import { FILES } from '../../../src/adapters/grpc/gen/descriptors.js';
import { PROTO_FOLDER } from './builders.js';
import { mkRig, pod, type Rig } from './rig.js';

let rig: Rig;
const clients: Client[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  return rig.close();
});

/** Written from the protocols' documentation. */
const HEALTH = protobuf.parse(`syntax = "proto3"; package grpc.health.v1;
  message HealthCheckRequest { string service = 1; }
  message HealthCheckResponse { enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; } ServingStatus status = 1; }`).root;
const REFLECTION = protobuf.parse(`syntax = "proto3"; package grpc.reflection.v1;
  message Request { string host = 1; oneof message_request { string file_by_filename = 3; string file_containing_symbol = 4; Extension file_containing_extension = 5; string all_extension_numbers_of_type = 6; string list_services = 7; } }
  message Extension { string containing_type = 1; int32 extension_number = 2; }
  message Response { string valid_host = 1; Request original_request = 2; oneof message_response { Files file_descriptor_response = 4; Numbers all_extension_numbers_response = 5; Services list_services_response = 6; Problem error_response = 7; } }
  message Files { repeated bytes file_descriptor_proto = 1; }
  message Numbers { string base_type_name = 1; repeated int32 extension_number = 2; }
  message Services { repeated Service service = 1; } message Service { string name = 1; }
  message Problem { int32 error_code = 1; string error_message = 2; }`).root;

function codec(root: protobuf.Root, request: string, response: string) {
  const [asked, answered] = [root.lookupType(request), root.lookupType(response)];
  return {
    write: (value: object): Buffer => Buffer.from(asked.encode(asked.fromObject(value)).finish()),
    read: (bytes: Buffer): Record<string, any> =>
      answered.toObject(answered.decode(bytes), { enums: String, defaults: false }),
  };
}

function client(): Client {
  const made = new Client(rig.address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  clients.push(made);
  return made;
}

describe('health', () => {
  const { write, read } = codec(HEALTH, 'HealthCheckRequest', 'HealthCheckResponse');
  const check = (service: string): Promise<unknown> =>
    new Promise((resolve) => {
      client().makeUnaryRequest('/grpc.health.v1.Health/Check', write, read, { service }, (error, answer) => {
        resolve(error?.code ?? answer?.['status']);
      });
    });
  const INBOUND = 'io.linkerd.proxy.inbound.InboundServerPolicies';

  it('says whether policy is answered, for the server and the service', async () => {
    rig = await mkRig([pod('web')]);
    expect(await Promise.all(['', INBOUND, 'other'].map(check))).toEqual(['NOT_SERVING', 'NOT_SERVING', 5]);
    rig.grpc.setServing(true);
    expect(await Promise.all(['', INBOUND, 'other'].map(check))).toEqual(['SERVING', 'SERVING', 5]);
  });

  it('tells those who watch of each change, and ends them at drain', async () => {
    rig = await mkRig([pod('web')], { times: { spreadMs: 20 } });
    const watch = (service: string): { statuses: unknown[]; ended: Promise<number> } => {
      const stream = client().makeServerStreamRequest('/grpc.health.v1.Health/Watch', write, read, {
        service,
      }) as ClientReadableStream<Record<string, unknown>>;
      const statuses: unknown[] = [];
      stream.on('data', (message: Record<string, unknown>) => statuses.push(message['status']));
      stream.on('error', () => undefined);
      return { statuses, ended: new Promise((resolve) => stream.on('status', ({ code }) => resolve(code))) };
    };
    const watched = [watch(''), watch('other')];
    while (watched.some(({ statuses }) => statuses.length === 0))
      await new Promise((resolve) => setTimeout(resolve, 5));
    rig.grpc.setServing(true);
    rig.grpc.setServing(true);
    await rig.grpc.drain();
    expect(await Promise.all(watched.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(watched.map(({ statuses }) => statuses)).toEqual([
      ['NOT_SERVING', 'SERVING', 'NOT_SERVING'],
      ['SERVICE_UNKNOWN'],
    ]);
  });
});

/** What a client makes of the files that it was told. */
function rootOf(files: readonly Buffer[]): protobuf.Root {
  const file = files.map((bytes) => descriptor.FileDescriptorProto.decode(bytes));
  const root = (protobuf.Root as any).fromDescriptor({ file }) as protobuf.Root;
  root.resolveAll();
  return root;
}

/** Every message, field, enum, service and method, a line each. */
function contentsOf(namespace: protobuf.NamespaceBase): string[] {
  return namespace.nestedArray
    .filter(({ name }) => !name.endsWith('Entry'))
    .flatMap((object): string[] => {
      if (object instanceof protobuf.Enum) return [`${object.fullName} ${JSON.stringify(object.values)}`];
      if (object instanceof protobuf.Service) {
        const methods = object.methodsArray.map(
          ({ name, responseStream = false }) => `${object.fullName}.${name} ${String(responseStream)}`,
        );
        return [object.fullName, ...methods];
      }
      const fields =
        object instanceof protobuf.Type
          ? object.fieldsArray.map((field) => {
              // A map is a list of entries to those who read descriptors.
              const { name, id, resolvedType, type, repeated } = field;
              const isMap = field instanceof protobuf.MapField || type.endsWith('Entry');
              const what = isMap ? 'map' : `${resolvedType?.fullName ?? type} ${String(repeated)}`;
              return `${object.fullName}.${name} ${String(id)} ${what}`;
            })
          : [];
      return [
        object.fullName,
        ...fields,
        ...(object instanceof protobuf.Namespace ? contentsOf(object) : []),
      ];
    })
    .sort();
}

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  const { write, read } = codec(REFLECTION, 'Request', 'Response');

  /** Asks one thing after the other on one stream. */
  async function ask(...requests: object[]): Promise<Record<string, any>[]> {
    const stream = client().makeBidiStreamRequest<object, Record<string, any>>(
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      write,
      read,
    );
    const answers: Record<string, any>[] = [];
    stream.on('data', (answer: Record<string, any>) => answers.push(answer));
    for (const request of requests) stream.write(request);
    stream.end();
    const { code } = await new Promise<{ code: number }>((resolve) => stream.on('status', resolve));
    expect(code).toBe(0);
    return answers;
  }

  it('lists what is served', async () => {
    rig = await mkRig();
    const [answer] = await ask({ host: 'here', listServices: '*' });
    expect(answer?.['validHost']).toBe('here');
    expect(answer?.['originalRequest']).toEqual({ host: 'here', listServices: '*' });
    expect(answer?.['listServicesResponse'].service).toEqual([
      { name: 'grpc.health.v1.Health' },
      { name: 'grpc.reflection.v1.ServerReflection' },
      { name: 'grpc.reflection.v1alpha.ServerReflection' },
      { name: 'io.linkerd.proxy.inbound.InboundServerPolicies' },
    ]);
  });

  it('gives the definitions of a service, enough to call it by', async () => {
    rig = await mkRig([pod('web')]);
    for (const symbol of ['', '.GetPort']) {
      const [answer] = await ask({
        fileContainingSymbol: `io.linkerd.proxy.inbound.InboundServerPolicies${symbol}`,
      });
      const root = rootOf(answer?.['fileDescriptorResponse'].fileDescriptorProto as Buffer[]);
      const inbound = codec(root, 'io.linkerd.proxy.inbound.PortSpec', 'io.linkerd.proxy.inbound.Server');
      const server = await new Promise<Record<string, any> | undefined>((resolve) => {
        client().makeUnaryRequest(
          '/io.linkerd.proxy.inbound.InboundServerPolicies/GetPort',
          inbound.write,
          inbound.read,
          { workload: 'app:web', port: 80 },
          (_error, message) => {
            resolve(message);
          },
        );
      });
      expect(server?.['protocol'].detect.http_routes[0].metadata).toEqual({ default: 'default' });
    }
  });

  it('knows every file of proto/ and what is in it', async () => {
    rig = await mkRig();
    const names = readdirSync(PROTO_FOLDER, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.proto'));
    expect(FILES.map(({ name }) => name).sort()).toEqual([...names, 'google/protobuf/duration.proto'].sort());
    const answers = await ask(...names.map((fileByFilename) => ({ fileByFilename })));
    for (const [i, name] of names.entries()) {
      const written = new protobuf.Root();
      written.resolvePath = (_origin, target) =>
        protobuf.common.get(target) === null ? `${PROTO_FOLDER}${target}` : target;
      written.loadSync(name, { keepCase: true }).resolveAll();
      const told = rootOf(answers[i]?.['fileDescriptorResponse'].fileDescriptorProto as Buffer[]);
      expect(contentsOf(told)).toEqual(contentsOf(written));
      const { symbols = [] } = FILES.find((each) => each.name === name) ?? {};
      const all = new Set(contentsOf(told).map((line) => line.split(' ')[0]));
      expect(symbols).not.toHaveLength(0);
      expect(symbols.filter((symbol) => !all.has(`.${symbol}`))).toEqual([]);
    }
  });

  it('says what there is not', async () => {
    rig = await mkRig();
    const answers = await ask(
      { fileByFilename: 'no.proto' },
      { fileContainingSymbol: 'io.linkerd.Nothing' },
      { fileContainingExtension: { containingType: 'x', extensionNumber: 1 } },
      { allExtensionNumbersOfType: 'io.linkerd.Nothing' },
      {},
      { allExtensionNumbersOfType: 'io.linkerd.proxy.inbound.Server' },
    );
    expect(answers.map((answer) => answer['errorResponse']?.errorCode)).toEqual([5, 5, 5, 5, 3, undefined]);
    expect(answers[5]?.['allExtensionNumbersResponse']).toEqual({
      baseTypeName: 'io.linkerd.proxy.inbound.Server',
    });
  });
});
