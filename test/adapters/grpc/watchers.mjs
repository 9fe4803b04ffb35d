// Many proxies in one process: watches a port over connections of 100 streams, and tells what each got last.
// node watchers.mjs HOST:PORT COUNT WORKLOAD PORT
import { Client, credentials } from '@grpc/grpc-js';

const [, , address, count, workload, port] = process.argv;
const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >> 7)]);
const request = Buffer.from([
  0x0a,
  ...varint(Buffer.byteLength(workload)),
  ...Buffer.from(workload),
  0x10,
  ...varint(Number(port)),
]);
const asIs = (bytes) => bytes;

const last = new Map();
let messages = 0;
let ended = 0;
let client;
for (let i = 0; i < Number(count); i++) {
  if (i % 100 === 0)
    client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  const path = '/io.linkerd.proxy.inbound.InboundServerPolicies/WatchPort';
  const stream = client.makeServerStreamRequest(path, asIs, asIs, request);
  stream.on('data', (bytes) => {
    messages += 1;
    last.set(i, bytes);
    if (last.size === Number(count) && messages === Number(count)) process.send({ ready: true });
  });
  stream.on('error', () => undefined);
  stream.on('status', () => (ended += 1));
}

process.on('message', (newest) => {
  const bytes = Buffer.from(newest, 'base64');
  const current = [...last.values()].filter((each) => each.equals(bytes)).length;
  process.send({ messages, current, ended });
});
process.on('disconnect', () => process.exit());
