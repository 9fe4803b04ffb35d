/**
 * proto/ has the names and numbers of the inbound policy API (inbound-api, section 7), and the generated code is that
 * of proto/: it writes and reads every field, and knows no other.
 */
import { describe, expect, it } from '@jest/globals';
import protobuf from 'protobufjs';
import * as duration from '../../../src/adapters/grpc/gen/google/protobuf/duration.js';
import * as grpcRoute from '../../../src/adapters/grpc/gen/grpc_route.js';
import * as httpRoute from '../../../src/adapters/grpc/gen/http_route.js';
import * as httpTypes from '../../../src/adapters/grpc/gen/http_types.js';
import * as inbound from '../../../src/adapters/grpc/gen/inbound.js';
import { InboundServerPoliciesService } from '../../../src/adapters/grpc/gen/inbound_service.js';
import * as meta from '../../../src/adapters/grpc/gen/meta.js';
import * as net from '../../../src/adapters/grpc/gen/net.js';
import { jsonOf, loadProtos } from './builders.js';

/** `message: field number type`, types without their package; members of a oneof in parentheses after its name. */
const API = `
net.IPAddress: ip(ipv4 1 fixed32, ipv6 2 IPv6)
net.IPNetwork: ip 1 IPAddress, prefix_len 2 uint32
net.IPv6: first 1 fixed64, last 2 fixed64
meta.Metadata: kind(default 1 string, resource 2 Resource)
meta.Resource: group 1 string, kind 2 string, name 3 string, namespace 4 string, section 5 string, port 6 uint32
http_types.Headers: headers 1 Header*
http_types.Headers.Header: name 1 string, value 2 bytes
http_types.HttpMethod: type(registered 1 Registered, unregistered 2 string)
http_types.HttpMethod.Registered: GET 0, POST 1, PUT 2, DELETE 3, PATCH 4, OPTIONS 5, CONNECT 6, HEAD 7, TRACE 8
http_types.Scheme: type(registered 1 Registered, unregistered 2 string)
http_types.Scheme.Registered: HTTP 0, HTTPS 1
http_route.HeaderMatch: name 1 string, value(exact 2 bytes, regex 3 string)
http_route.HostMatch: match(exact 1 string, suffix 2 Suffix)
http_route.HostMatch.Suffix: reverse_labels 1 string*
http_route.HttpFailureInjector:
http_route.HttpRouteMatch: path 1 PathMatch, headers 2 HeaderMatch*, query_params 3 QueryParamMatch*, method 4 HttpMethod
http_route.PathMatch: kind(exact 1 string, prefix 2 string, regex 3 string)
http_route.PathModifier: replace(full 1 string, prefix 2 string)
http_route.QueryParamMatch: name 1 string, value(exact 2 string, regex 3 string)
http_route.RequestHeaderModifier: add 1 Headers, set 2 Headers, remove 3 string*
http_route.RequestRedirect: scheme 1 Scheme, host 2 string, path 3 PathModifier, port 4 uint32, status 5 uint32
grpc_route.GrpcFailureInjector:
grpc_route.GrpcRouteMatch: rpc 1 GrpcRpcMatch, headers 2 HeaderMatch*
grpc_route.GrpcRpcMatch: service 1 string, method 2 string
inbound.Authn: permit(unauthenticated 1 PermitUnauthenticated, meshTLS 2 PermitMeshTLS)
inbound.Authn.PermitMeshTLS: clients(unauthenticated 1 PermitUnauthenticated, identities 2 PermitClientIdentities)
inbound.Authn.PermitMeshTLS.PermitClientIdentities: identities 1 Identity*, suffixes 2 IdentitySuffix*
inbound.Authn.PermitUnauthenticated:
inbound.Authz: networks 1 Network*, authentication 2 Authn, labels 3 map string string, metadata 4 Metadata
inbound.GrpcRoute: metadata 1 Metadata, hosts 2 HostMatch*, authorizations 3 Authz*, rules 4 Rule*
inbound.GrpcRoute.Filter: kind(failure_injector 1 GrpcFailureInjector, request_header_modifier 2 RequestHeaderModifier)
inbound.GrpcRoute.Rule: matches 1 GrpcRouteMatch*, filters 2 Filter*
inbound.HttpLocalRateLimit: metadata 1 Metadata, total 2 Limit, identity 3 Limit, overrides 4 Override*
inbound.HttpLocalRateLimit.Limit: requestsPerSecond 1 uint32
inbound.HttpLocalRateLimit.Override: limit 1 Limit, clients 2 ClientIdentities
inbound.HttpLocalRateLimit.Override.ClientIdentities: identities 1 Identity*
inbound.HttpRoute: metadata 1 Metadata, hosts 2 HostMatch*, authorizations 3 Authz*, rules 4 Rule*
inbound.HttpRoute.Filter: kind(failure_injector 1 HttpFailureInjector, request_header_modifier 2 RequestHeaderModifier, redirect 3 RequestRedirect)
inbound.HttpRoute.Rule: matches 1 HttpRouteMatch*, filters 2 Filter*
inbound.Identity: name 1 string
inbound.IdentitySuffix: parts 1 string*
inbound.InboundServerPolicies: GetPort PortSpec Server, WatchPort PortSpec stream Server
inbound.Network: net 1 IPNetwork, except 2 IPNetwork*
inbound.PortSpec: workload 1 string, port 2 uint32
inbound.ProxyProtocol: kind(detect 1 Detect, opaque 2 Opaque, tls 3 Tls, http1 4 Http1, http2 5 Http2, grpc 6 Grpc)
inbound.ProxyProtocol.Detect: timeout 1 Duration, http_routes 3 HttpRoute*, http_local_rate_limit 4 HttpLocalRateLimit
inbound.ProxyProtocol.Grpc: routes 2 GrpcRoute*
inbound.ProxyProtocol.Http1: routes 2 HttpRoute*, local_rate_limit 3 HttpLocalRateLimit
inbound.ProxyProtocol.Http2: routes 2 HttpRoute*, local_rate_limit 3 HttpLocalRateLimit
inbound.ProxyProtocol.Opaque:
inbound.ProxyProtocol.Tls:
inbound.Server: protocol 1 ProxyProtocol, server_ips 2 IPAddress*, authorizations 3 Authz*, labels 4 map string string
`;

const PACKAGE = '.io.linkerd.proxy.';
/** Names in proto/ are kept as they are there. */
const root = loadProtos({ keepCase: true });

function describeType(object: protobuf.ReflectionObject): string {
  const members = membersOf(object).join(', ');
  return `${object.fullName.slice(PACKAGE.length)}:${members === '' ? '' : ` ${members}`}`;
}

function membersOf(object: protobuf.ReflectionObject): string[] {
  if (object instanceof protobuf.Enum)
    return Object.entries(object.values).map(([name, value]) => `${name} ${String(value)}`);
  if (object instanceof protobuf.Service)
    return object.methodsArray.map(
      ({ name, requestType, responseType, responseStream }) =>
        `${name} ${requestType} ${responseStream === true ? 'stream ' : ''}${responseType}`,
    );
  if (!(object instanceof protobuf.Type)) throw new Error(`what is ${object.fullName}?`);
  const oneofs = object.oneofsArray.map(
    ({ name, fieldsArray }) => `${name}(${fieldsArray.map(describeField).join(', ')})`,
  );
  const others = object.fieldsArray.filter(({ partOf }) => partOf === null).map(describeField);
  // Where a oneof stands in a message has no meaning: the only message that has both has its name first.
  return [...others, ...oneofs];
}

function describeField(field: protobuf.Field): string {
  const type = field.type.split('.').at(-1) ?? '';
  const map = field instanceof protobuf.MapField ? `map ${field.keyType} ` : '';
  return `${field.name} ${String(field.id)} ${map}${type}${field.repeated ? '*' : ''}`;
}

function everything(namespace: protobuf.NamespaceBase): protobuf.ReflectionObject[] {
  return namespace.nestedArray.flatMap((object) => [
    ...(object instanceof protobuf.Type || !(object instanceof protobuf.Namespace) ? [object] : []),
    ...(object instanceof protobuf.Service ? [object] : []),
    ...(object instanceof protobuf.Namespace ? everything(object) : []),
  ]);
}

const objects = everything(root).filter(({ fullName }) => fullName.startsWith(PACKAGE));

describe('proto/', () => {
  it('has the names and numbers of the API, and nothing else', () => {
    expect(objects.map(describeType).sort()).toEqual(API.trim().split('\n').sort());
  });
});

interface Generated {
  encode: (message: unknown) => { finish: () => Uint8Array };
  decode: (bytes: Uint8Array) => unknown;
  toJSON: (message: unknown) => unknown;
}

/** The generated code of a message. */
function generatedOf({ fullName }: protobuf.Type): Generated {
  const [, file = '', name = ''] = /\.(\w+?)\.([A-Z].*)$/.exec(fullName) ?? [];
  const modules: Record<string, object> = {
    inbound,
    meta,
    net,
    http_types: httpTypes,
    http_route: httpRoute,
    grpc_route: grpcRoute,
    protobuf: duration,
  };
  const found = new Map(Object.entries(modules[file] ?? {})).get(name.replaceAll('.', '_'));
  if (found === undefined) throw new Error(`nothing is generated for ${fullName}`);
  return found as Generated;
}

/** Every message has all its fields, none with its default value; of a oneof each member comes once. */
function samples(type: protobuf.Type): object[] {
  const shared = type.fieldsArray
    .filter(({ partOf }) => partOf === null)
    .map((field): [string, unknown] => [field.name, valueOf(field)]);
  const members = type.oneofsArray.flatMap(({ fieldsArray }) => fieldsArray);
  if (members.length === 0) return [Object.fromEntries(shared)];
  return members.flatMap((field) => {
    const { resolvedType } = field;
    const values = resolvedType instanceof protobuf.Type ? samples(resolvedType) : [scalar(field)];
    return values.map((value) => Object.fromEntries([...shared, [field.name, value]]));
  });
}

function valueOf(field: protobuf.Field): unknown {
  const { resolvedType } = field;
  if (field instanceof protobuf.MapField) return { group: 'g', '': 'empty' };
  const values = resolvedType instanceof protobuf.Type ? samples(resolvedType) : [scalar(field)];
  return field.repeated ? [...values, ...values] : values.at(-1);
}

function scalar({ type, id, resolvedType }: protobuf.Field): unknown {
  if (resolvedType instanceof protobuf.Enum) return Math.max(...Object.values(resolvedType.values));
  switch (type) {
    case 'string':
      return `text ${String(id)} é`;
    case 'bytes':
      return Buffer.from([id, 0, 255]);
    case 'fixed32':
    case 'uint32':
      return 2 ** 32 - id;
    case 'int32':
      return 999_999_999; // the nanoseconds of a Duration
    case 'fixed64':
      return String(2n ** 64n - BigInt(id));
    case 'int64':
      return String(id);
    default:
      throw new Error(`no sample of ${type}`);
  }
}

describe('the generated code', () => {
  const camelRoot = loadProtos({ keepCase: false });
  const types = [...objects, root.lookupType('google.protobuf.Duration')]
    .filter((object) => object instanceof protobuf.Type)
    .map((type): [string, protobuf.Type] => [type.fullName, camelRoot.lookupType(type.fullName)]);

  it.each(types)('reads and writes every field of %s', (_name, type) => {
    const generated = generatedOf(type);
    for (const sample of samples(type)) {
      const bytes = type.encode(sample).finish();
      const decoded = generated.decode(bytes);
      expect(generated.toJSON(decoded)).toEqual(jsonOf(type, bytes));
      expect(jsonOf(type, generated.encode(decoded).finish())).toEqual(jsonOf(type, bytes));
    }
  });

  it.each(types)('knows no field of %s that proto/ does not have', (_name, type) => {
    const { decode, toJSON } = generatedOf(type);
    const nothing = toJSON(decode(new Uint8Array()));
    const known = new Set(type.fieldsArray.map(({ id }) => id));
    for (let id = 1; id <= 20; id += 1) {
      if (known.has(id)) continue;
      const fields = [
        protobuf.Writer.create()
          .uint32((id << 3) | 0)
          .uint32(1),
        protobuf.Writer.create()
          .uint32((id << 3) | 1)
          .fixed64(1),
        protobuf.Writer.create()
          .uint32((id << 3) | 2)
          .string('a'),
        protobuf.Writer.create()
          .uint32((id << 3) | 5)
          .fixed32(1),
      ];
      for (const field of fields) expect(toJSON(decode(field.finish()))).toEqual(nothing);
    }
  });

  it('has the methods of the service', () => {
    const { methodsArray, fullName } = root.lookupService('InboundServerPolicies');
    expect(
      Object.values(InboundServerPoliciesService).map(({ path, requestStream, responseStream }) => ({
        path,
        requestStream,
        responseStream,
      })),
    ).toEqual(
      methodsArray.map(({ name, requestStream = false, responseStream = false }) => ({
        path: `/${fullName.slice(1)}/${name}`,
        requestStream,
        responseStream,
      })),
    );
  });
});
