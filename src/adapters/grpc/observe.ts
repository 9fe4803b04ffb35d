/** Tells an observer of every call, whatever becomes of it. */
import { ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';
import type { Rpc, RpcObserver } from './ports.js';

/** `now` is in milliseconds. */
export const observing =
  (observer: RpcObserver, now: () => number): ServerInterceptor =>
  (method, call) => {
    const rpc = rpcOf(method.path, method);
    const begun = now();
    let over = false;
    const handled = (code: status): void => {
      if (over) return;
      over = true;
      observer.handled(rpc, status[code], (now() - begun) / 1_000);
    };
    observer.started(rpc);
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, forward) => forward(metadata),
          onReceiveMessage: (message, forward) => {
            observer.received(rpc);
            forward(message);
          },
          onReceiveHalfClose: (forward) => forward(),
          onCancel: () => {
            handled(status.CANCELLED);
          },
        });
      },
      sendMetadata: (metadata, next) => next(metadata),
      sendMessage: (message, next) => {
        observer.sent(rpc);
        next(message);
      },
      sendStatus: (sent, next) => {
        handled(sent.code);
        next(sent);
      },
    });
  };

export function rpcOf(
  path: string,
  { requestStream, responseStream }: { readonly requestStream: boolean; readonly responseStream: boolean },
): Rpc {
  const [, service = '', method = ''] = path.split('/');
  const type = requestStream
    ? responseStream
      ? 'bidi_stream'
      : 'client_stream'
    : responseStream
      ? 'server_stream'
      : 'unary';
  return { service, method, type };
}
