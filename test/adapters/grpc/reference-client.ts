/**
 * A client of the inbound policy API that knows nothing but its reference (inbound-api, section 7): the definitions
 * below are written from that table, and neither proto/ nor the code generated from it is read.
 */
import { Client, credentials, type ChannelOptions, type ClientReadableStream } from '@grpc/grpc-js';
import protobuf from 'protobufjs';

const PACKAGES = [
  `syntax = "proto3"; package io.linkerd.proxy.net;
   message IPAddress { oneof ip { fixed32 ipv4 = 1; IPv6 ipv6 = 2; } }
   message IPv6 { fixed64 first = 1; fixed64 last = 2; }
   message IPNetwork { IPAddress ip = 1; uint32 prefix_len = 2; }`,
  `syntax = "proto3"; package io.linkerd.proxy.meta;
   message Metadata { oneof kind { string default = 1; Resource resource = 2; } }
   message Resource { string group = 1; string kind = 2; string name = 3; string namespace = 4; string section = 5; uint32 port = 6; }`,
  `syntax = "proto3"; package io.linkerd.proxy.http_types;
   message HttpMethod {
     enum Registered { GET = 0; POST = 1; PUT = 2; DELETE = 3; PATCH = 4; OPTIONS = 5; CONNECT = 6; HEAD = 7; TRACE = 8; }
     oneof type { Registered registered = 1; string unregistered = 2; } }
   message Scheme { enum Registered { HTTP = 0; HTTPS = 1; } oneof type { Registered registered = 1; string unregistered = 2; } }
   message Headers { message Header { string name = 1; bytes value = 2; } repeated Header headers = 1; }`,
  `syntax = "proto3"; package io.linkerd.proxy.http_route;
   message HostMatch { message Suffix { repeated string reverse_labels = 1; } oneof match { string exact = 1; Suffix suffix = 2; } }
   message HttpRouteMatch { PathMatch path = 1; repeated HeaderMatch headers = 2; repeated QueryParamMatch query_params = 3; io.linkerd.proxy.http_types.HttpMethod method = 4; }
   message PathMatch { oneof kind { string exact = 1; string prefix = 2; string regex = 3; } }
   message HeaderMatch { string name = 1; oneof value { bytes exact = 2; string regex = 3; } }
   message QueryParamMatch { string name = 1; oneof value { string exact = 2; string regex = 3; } }
   message RequestHeaderModifier { io.linkerd.proxy.http_types.Headers add = 1; io.linkerd.proxy.http_types.Headers set = 2; repeated string remove = 3; }
   message RequestRedirect { io.linkerd.proxy.http_types.Scheme scheme = 1; string host = 2; PathModifier path = 3; uint32 port = 4; uint32 status = 5; }
   message PathModifier { oneof replace { string full = 1; string prefix = 2; } }`,
  `syntax = "proto3"; package io.linkerd.proxy.grpc_route;
   message GrpcRouteMatch { GrpcRpcMatch rpc = 1; repeated io.linkerd.proxy.http_route.HeaderMatch headers = 2; }
   message GrpcRpcMatch { string service = 1; string method = 2; }`,
  `syntax = "proto3"; package io.linkerd.proxy.inbound;
   message PortSpec { string workload = 1; uint32 port = 2; }
   message Server { ProxyProtocol protocol = 1; repeated io.linkerd.proxy.net.IPAddress server_ips = 2; repeated Authz authorizations = 3; map<string, string> labels = 4; }
   message Duration { int64 seconds = 1; int32 nanos = 2; }
   message ProxyProtocol {
     message Detect { Duration timeout = 1; repeated HttpRoute http_routes = 3; HttpLocalRateLimit http_local_rate_limit = 4; }
     message Opaque {} message Tls {}
     message Http1 { repeated HttpRoute routes = 2; HttpLocalRateLimit local_rate_limit = 3; }
     message Http2 { repeated HttpRoute routes = 2; HttpLocalRateLimit local_rate_limit = 3; }
     message Grpc { repeated GrpcRoute routes = 2; }
     oneof kind { Detect detect = 1; Opaque opaque = 2; Tls tls = 3; Http1 http1 = 4; Http2 http2 = 5; Grpc grpc = 6; } }
   message Authz { repeated Network networks = 1; Authn authentication = 2; map<string, string> labels = 3; io.linkerd.proxy.meta.Metadata metadata = 4; }
   message Network { io.linkerd.proxy.net.IPNetwork net = 1; repeated io.linkerd.proxy.net.IPNetwork except = 2; }
   message Authn {
     message PermitUnauthenticated {}
     message PermitMeshTLS {
       message PermitClientIdentities { repeated Identity identities = 1; repeated IdentitySuffix suffixes = 2; }
       oneof clients { PermitUnauthenticated unauthenticated = 1; PermitClientIdentities identities = 2; } }
     oneof permit { PermitUnauthenticated unauthenticated = 1; PermitMeshTLS meshTLS = 2; } }
   message Identity { string name = 1; }
   message IdentitySuffix { repeated string parts = 1; }
   message HttpRoute {
     message Rule { repeated io.linkerd.proxy.http_route.HttpRouteMatch matches = 1; repeated Filter filters = 2; }
     message Filter { oneof kind { bytes failure_injector = 1; io.linkerd.proxy.http_route.RequestHeaderModifier request_header_modifier = 2; io.linkerd.proxy.http_route.RequestRedirect redirect = 3; } }
     io.linkerd.proxy.meta.Metadata metadata = 1; repeated io.linkerd.proxy.http_route.HostMatch hosts = 2; repeated Authz authorizations = 3; repeated Rule rules = 4; }
   message GrpcRoute {
     message Rule { repeated io.linkerd.proxy.grpc_route.GrpcRouteMatch matches = 1; repeated Filter filters = 2; }
     message Filter { oneof kind { bytes failure_injector = 1; io.linkerd.proxy.http_route.RequestHeaderModifier request_header_modifier = 2; } }
     io.linkerd.proxy.meta.Metadata metadata = 1; repeated io.linkerd.proxy.http_route.HostMatch hosts = 2; repeated Authz authorizations = 3; repeated Rule rules = 4; }
   message HttpLocalRateLimit {
     message Limit { uint32 requestsPerSecond = 1; }
     message Override { message ClientIdentities { repeated Identity identities = 1; } Limit limit = 1; ClientIdentities clients = 2; }
     io.linkerd.proxy.meta.Metadata metadata = 1; Limit total = 2; Limit identity = 3; repeated Override overrides = 4; }`,
];

const root = new protobuf.Root();
for (const text of PACKAGES) protobuf.parse(text, root);
root.resolveAll();
const SPEC = root.lookupType('io.linkerd.proxy.inbound.PortSpec');
const SERVER = root.lookupType('io.linkerd.proxy.inbound.Server');
const SERVICE = '/io.linkerd.proxy.inbound.InboundServerPolicies';

export interface Asked {
  readonly workload: string;
  readonly port: number;
}

/** A Server message as protobufjs reads it: camelCase, what is absent left out. */
export type Message = Record<string, any>;

const write = (spec: Asked): Buffer => Buffer.from(SPEC.encode(spec).finish());
export const readServer = (bytes: Uint8Array): Message =>
  SERVER.toObject(SERVER.decode(bytes), { longs: String, enums: String });

export class ReferenceClient {
  readonly client: Client;

  constructor(address: string, options: ChannelOptions = {}) {
    this.client = new Client(address, credentials.createInsecure(), {
      // Each client its own connection.
      'grpc.use_local_subchannel_pool': 1,
      ...options,
    });
  }

  getPort(spec: Asked): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(`${SERVICE}/GetPort`, write, readServer, spec, (error, message) => {
        if (error !== null || message === undefined) reject(error ?? new Error('no message'));
        else resolve(message);
      });
    });
  }

  watchPort(spec: Asked): ClientReadableStream<Message> {
    return this.client.makeServerStreamRequest(`${SERVICE}/WatchPort`, write, readServer, spec);
  }

  close(): void {
    this.client.close();
  }
}

/** A watch whose messages are kept. */
export class Watching {
  readonly messages: Message[] = [];
  /** The status that ended it, as `code details`. */
  ended: string | undefined;
  readonly stream: ClientReadableStream<Message>;
  #wake = (): void => undefined;

  constructor(stream: ClientReadableStream<Message>) {
    this.stream = stream;
    stream.on('data', (message: Message) => {
      this.messages.push(message);
      this.#wake();
    });
    stream.on('error', () => undefined);
    stream.on('status', ({ code, details }) => {
      this.ended = `${String(code)} ${details}`;
      this.#wake();
    });
  }

  /** Waits until there are so many messages in all. */
  async has(count: number): Promise<Message> {
    await this.#until(() => this.messages.length >= count);
    return this.messages.at(-1) ?? {};
  }

  async hasEnded(): Promise<string> {
    await this.#until(() => this.ended !== undefined);
    return this.ended ?? '';
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
