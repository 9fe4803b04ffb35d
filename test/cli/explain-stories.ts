/** Questions about explain-shop.yaml and the whole of what is answered. */
export interface Story {
  readonly title: string;
  readonly argv: readonly string[];
  readonly code: number;
  readonly out: string;
}

export const STORIES: readonly Story[] = [
  {
    title: 'who may call, and what counts the requests',
    argv: ['--from', 'shop/front', '--to', 'shop/cart:http'],
    code: 0,
    out: `ALLOWED  shop/front → shop/cart:8080  GET /

  Server shop/cart-http governs the port; the protocol is HTTP/1.
  The request falls to the default route, and AuthorizationPolicy shop/cart-from-front allows it.
  HTTPLocalRateLimitPolicy shop/cart-limit lets 100 requests a second of everybody together through each proxy.

  These do not apply:
  - AuthorizationPolicy shop/cart-from-office: it is for clients in 203.0.113.0/24, where none of the cluster’s networks is

  client: Deployment shop/front, mesh TLS as service account shop/front, from an unknown address in the cluster’s networks
  target: Deployment shop/cart, port http (8080)
`,
  },
  {
    title: 'a client without a proxy',
    argv: ['--from', 'shop/report', '--to', 'shop/cart:http'],
    code: 1,
    out: `DENIED  shop/report → shop/cart:8080  GET /  403

  Server shop/cart-http governs the port; the protocol is HTTP/1.
  The request falls to the default route, and no authorization applies.

  These do not apply:
  - AuthorizationPolicy shop/cart-from-front: it asks for mesh TLS, and the client comes without
  - AuthorizationPolicy shop/cart-from-office: it is for clients in 203.0.113.0/24, where none of the cluster’s networks is

  The smallest change that would allow it:

  # the client is not meshed: annotate the pods of CronJob shop/report with linkerd.io/inject: enabled
  # and apply
  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: cart-http-from-report
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: Server
      name: cart-http
    requiredAuthenticationRefs:
      - kind: ServiceAccount
        name: report

  Or, with whoever else comes from there:

  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: cart-http-from-cluster
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: Server
      name: cart-http
    requiredAuthenticationRefs:
      - group: policy.linkerd.io
        kind: NetworkAuthentication
        name: cart-http-from-cluster
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: NetworkAuthentication
  metadata:
    name: cart-http-from-cluster
    namespace: shop
  spec:
    networks:
      - cidr: 10.0.0.0/8
      - cidr: 100.64.0.0/10
      - cidr: 172.16.0.0/12
      - cidr: 192.168.0.0/16
      - cidr: fd00::/8

  client: CronJob shop/report, no mesh TLS (it has no proxy), from an unknown address in the cluster’s networks
  target: Deployment shop/cart, port http (8080)
`,
  },
  {
    title: 'an address that a network excepts',
    argv: ['--from', '203.0.113.200', '--to', 'shop/cart:http'],
    code: 1,
    out: `DENIED  203.0.113.200 → shop/cart:8080  GET /  403

  Server shop/cart-http governs the port; the protocol is HTTP/1.
  The request falls to the default route, and no authorization applies.

  These do not apply:
  - AuthorizationPolicy shop/cart-from-front: it asks for mesh TLS, and the client comes without
  - AuthorizationPolicy shop/cart-from-office: 203.0.113.200 is in 203.0.113.0/24, which excepts 203.0.113.128/25

  The smallest change that would allow it, with whoever else comes from there:

  # in NetworkAuthentication shop/office, one more in spec.networks
  - cidr: 203.0.113.200/32

  client: an address, no mesh TLS
  target: Deployment shop/cart, port http (8080)
`,
  },
  {
    title: 'an authentication that is misspelt',
    argv: ['--from', 'shop/front', '--to', 'shop/reviews:http', '--path', '/reviews/7'],
    code: 1,
    out: `DENIED  shop/front → shop/reviews:9080  GET /reviews/7  403

  Server shop/reviews-http governs the port; the protocol is HTTP/1.
  The request falls to HTTPRoute shop/reviews-read, and nothing authorizes anybody there.

  These have no effect here:
  - AuthorizationPolicy shop/reviews-read needs MeshTLSAuthentication shop/frnot, which does not exist; did you mean front?

  The smallest change that would allow it:

  # in AuthorizationPolicy shop/reviews-read, at spec.requiredAuthenticationRefs[0].name
  name: front

  client: Deployment shop/front, mesh TLS as service account shop/front, from an unknown address in the cluster’s networks
  target: Deployment shop/reviews, port http (9080)
`,
  },
  {
    title: 'a probe after the first route was attached',
    argv: ['--from', '10.4.0.1', '--to', 'shop/reviews:http', '--path', '/live'],
    code: 1,
    out: `NOT FOUND  10.4.0.1 → shop/reviews:9080  GET /live  404

  Server shop/reviews-http governs the port; the protocol is HTTP/1.
  The request falls to none of the Server’s routes (HTTPRoute shop/reviews-read), and where it has any, all else is 404.

  These have no effect here:
  - AuthorizationPolicy shop/reviews-read needs MeshTLSAuthentication shop/frnot, which does not exist; did you mean front?

  The smallest change that would allow it, with whoever else comes from there:

  apiVersion: policy.linkerd.io/v1beta3
  kind: HTTPRoute
  metadata:
    name: reviews-http-live
    namespace: shop
  spec:
    parentRefs:
      - group: policy.linkerd.io
        kind: Server
        name: reviews-http
    rules:
      - matches:
          - path:
              type: Exact
              value: /live
            method: GET
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: reviews-http-live-probes
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: HTTPRoute
      name: reviews-http-live
    requiredAuthenticationRefs:
      - group: policy.linkerd.io
        kind: NetworkAuthentication
        name: reviews-http-live-probes
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: NetworkAuthentication
  metadata:
    name: reviews-http-live-probes
    namespace: shop
  spec:
    networks:
      - cidr: 0.0.0.0/0
      - cidr: ::/0

  client: an address, no mesh TLS
  target: Deployment shop/reviews, port http (9080)
  note: the kubelet asks this as a probe of the pod: refused, it makes the pod unready or restarts it
`,
  },
  {
    title: 'a method that no route has, from somebody whom nothing authorizes',
    argv: ['--from', 'shop/cart', '--to', 'shop/reviews:http', '--path', '/reviews/7', '--method', 'DELETE'],
    code: 1,
    out: `NOT FOUND  shop/cart → shop/reviews:9080  DELETE /reviews/7  404

  Server shop/reviews-http governs the port; the protocol is HTTP/1.
  The request falls to none of the Server’s routes (HTTPRoute shop/reviews-read), and where it has any, all else is 404.

  These have no effect here:
  - AuthorizationPolicy shop/reviews-read needs MeshTLSAuthentication shop/frnot, which does not exist; did you mean front?

  The smallest change that would allow it:

  apiVersion: policy.linkerd.io/v1beta3
  kind: HTTPRoute
  metadata:
    name: reviews-http-reviews-7
    namespace: shop
  spec:
    parentRefs:
      - group: policy.linkerd.io
        kind: Server
        name: reviews-http
    rules:
      - matches:
          - path:
              type: Exact
              value: /reviews/7
            method: DELETE
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: reviews-http-reviews-7-from-cart
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: HTTPRoute
      name: reviews-http-reviews-7
    requiredAuthenticationRefs:
      - kind: ServiceAccount
        name: cart

  client: Deployment shop/cart, mesh TLS as service account shop/cart, from an unknown address in the cluster’s networks
  target: Deployment shop/reviews, port http (9080)
`,
  },
  {
    title: 'an opaque port under a default policy, without a proxy',
    argv: ['--from', 'shop/report', '--to', 'shop/cart:redis'],
    code: 1,
    out: `DENIED  shop/report → shop/cart:6379  TCP  connection refused

  No Server selects the port, so the default policy cluster-authenticated governs it; the port is opaque: the proxy sees TCP.
  No authorization applies to the connection.

  These do not apply:
  - the policy cluster-authenticated: it asks for mesh TLS, and the client comes without

  The smallest change that would allow it:

  # the client is not meshed: annotate the pods of CronJob shop/report with linkerd.io/inject: enabled

  Or, with whoever else comes from there:

  apiVersion: policy.linkerd.io/v1beta3
  kind: Server
  metadata:
    name: cart-redis
    namespace: shop
  spec:
    podSelector:
      matchLabels:
        app: cart
    port: redis
    proxyProtocol: opaque
    accessPolicy: cluster-authenticated
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: cart-redis-from-cluster
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: Server
      name: cart-redis
    requiredAuthenticationRefs:
      - group: policy.linkerd.io
        kind: NetworkAuthentication
        name: cart-redis-from-cluster
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: NetworkAuthentication
  metadata:
    name: cart-redis-from-cluster
    namespace: shop
  spec:
    networks:
      - cidr: 10.0.0.0/8
      - cidr: 100.64.0.0/10
      - cidr: 172.16.0.0/12
      - cidr: 192.168.0.0/16
      - cidr: fd00::/8

  client: CronJob shop/report, no mesh TLS (it has no proxy), from an unknown address in the cluster’s networks
  target: Deployment shop/cart, port redis (6379)
`,
  },
  {
    title: 'an opaque port under a default policy, with a proxy',
    argv: ['--from', 'shop/front', '--to', 'shop/cart:redis'],
    code: 0,
    out: `ALLOWED  shop/front → shop/cart:6379  TCP

  No Server selects the port, so the default policy cluster-authenticated governs it; the port is opaque: the proxy sees TCP.
  The policy cluster-authenticated lets the connection through.

  client: Deployment shop/front, mesh TLS as service account shop/front, from an unknown address in the cluster’s networks
  target: Deployment shop/cart, port redis (6379)
`,
  },
  {
    title: 'a SPIFFE id where any identity will do',
    argv: ['--from', 'spiffe://partner/x', '--to', 'shop/cart:redis'],
    code: 1,
    out: `DENIED  spiffe://partner/x → shop/cart:6379  TCP  connection refused

  No Server selects the port, so the default policy cluster-authenticated governs it; the port is opaque: the proxy sees TCP.
  No authorization applies to the connection.

  These do not apply:
  - the policy cluster-authenticated: it asks for any identity but SPIFFE ids; spiffe://partner/x is a SPIFFE id, which matches only if it is written out

  The smallest change that would allow it:

  apiVersion: policy.linkerd.io/v1beta3
  kind: Server
  metadata:
    name: cart-redis
    namespace: shop
  spec:
    podSelector:
      matchLabels:
        app: cart
    port: redis
    proxyProtocol: opaque
    accessPolicy: cluster-authenticated
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: cart-redis-from-client
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: Server
      name: cart-redis
    requiredAuthenticationRefs:
      - group: policy.linkerd.io
        kind: MeshTLSAuthentication
        name: cart-redis-from-client
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: MeshTLSAuthentication
  metadata:
    name: cart-redis-from-client
    namespace: shop
  spec:
    identities:
      - spiffe://partner/x

  client: an identity, mesh TLS as spiffe://partner/x, from an unknown address in the cluster’s networks
  target: Deployment shop/cart, port redis (6379)
`,
  },
  {
    title: 'a workload without a proxy',
    argv: ['--from', 'shop/front', '--to', 'shop/report:80'],
    code: 0,
    out: `ALLOWED  shop/front → shop/report:80  GET /  not enforced

  The workload has no proxy, so no policy is enforced: whoever reaches it gets through.
  No container declares port 80, so perhaps nobody listens there.

  client: Deployment shop/front, mesh TLS as service account shop/front, from an unknown address in the cluster’s networks
  target: CronJob shop/report, port 80
`,
  },
  {
    title: 'a port of the Service, which no container declares',
    argv: ['--from', 'shop/front', '--to', 'shop/cart:80'],
    code: 0,
    out: `ALLOWED  shop/front → shop/cart:80  GET /

  No Server selects the port, so the default policy cluster-authenticated governs it; the proxy finds out the protocol.
  The request falls to the default route, and the policy cluster-authenticated allows it.
  No container declares port 80, so perhaps nobody listens there; it is a port of Service basket, which leads to port http of the pod: ask for that.

  client: Deployment shop/front, mesh TLS as service account shop/front, from an unknown address in the cluster’s networks
  target: Deployment shop/cart, port 80
`,
  },
  {
    title: 'raw TCP on an HTTP/1 port',
    argv: ['--from', 'shop/front', '--to', 'shop/cart:http', '--protocol', 'tcp'],
    code: 1,
    out: `DENIED  shop/front → shop/cart:8080  TCP  connection refused

  Server shop/cart-http governs the port; the protocol is HTTP/1.
  A port of protocol HTTP/1 lets nothing else through.

  The smallest change that would allow it:

  # in Server shop/cart-http, at spec.proxyProtocol
  proxyProtocol: unknown

  client: Deployment shop/front, mesh TLS as service account shop/front, from an unknown address in the cluster’s networks
  target: Deployment shop/cart, port http (8080)
`,
  },
  {
    title: 'an address that nobody knows, on which it depends',
    argv: [
      '--from',
      'shop/report',
      '--to',
      'shop/cart:http',
      '--cluster-networks',
      '203.0.113.0/24,10.0.0.0/8',
    ],
    code: 1,
    out: `DEPENDS  shop/report → shop/cart:8080  GET /

  Server shop/cart-http governs the port; the protocol is HTTP/1.
  Nobody knows the client’s address: it gets through from 203.0.113.0/25, and is refused from 10.0.0.0/8 and 203.0.113.128/25.
  Where it is refused, the request falls to the default route, and no authorization applies.

  These do not apply:
  - AuthorizationPolicy shop/cart-from-front: it asks for mesh TLS, and the client comes without
  - AuthorizationPolicy shop/cart-from-office: it is for clients in 203.0.113.0/24 alone

  The smallest change that would allow it from all of them:

  # the client is not meshed: annotate the pods of CronJob shop/report with linkerd.io/inject: enabled
  # and apply
  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: cart-http-from-report
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: Server
      name: cart-http
    requiredAuthenticationRefs:
      - kind: ServiceAccount
        name: report

  Or, with whoever else comes from there:

  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: cart-http-from-cluster
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: Server
      name: cart-http
    requiredAuthenticationRefs:
      - group: policy.linkerd.io
        kind: NetworkAuthentication
        name: cart-http-from-cluster
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: NetworkAuthentication
  metadata:
    name: cart-http-from-cluster
    namespace: shop
  spec:
    networks:
      - cidr: 203.0.113.0/24
      - cidr: 10.0.0.0/8

  client: CronJob shop/report, no mesh TLS (it has no proxy), from an unknown address in the cluster’s networks
  target: Deployment shop/cart, port http (8080)
`,
  },
  {
    title: 'a namespace without policy, under audit',
    argv: ['--from', 'shop/sa/nobody', '--to', 'lab/bench:7000', '--default-policy', 'audit'],
    code: 0,
    out: `ALLOWED (audit)  shop/nobody → lab/bench:7000  GET /

  No Server selects the port, so the default policy audit governs it; the proxy finds out the protocol.
  The request falls to the default route, and the policy audit allows it; the proxy logs it, for nothing else would allow it.

  client: service account shop/nobody, mesh TLS as service account shop/nobody, from an unknown address in the cluster’s networks
  target: Deployment lab/bench, port 7000
  note: the namespace lab has no policy of its own
  note: nobody knows a service account shop/nobody; this is what holds if there is one
`,
  },
  {
    title: 'a client that is taken for unmeshed',
    argv: ['--from', 'shop/front', '--to', 'shop/cart:redis', '--unmeshed', '--client-ip', '10.5.6.7'],
    code: 1,
    out: `DENIED  shop/front → shop/cart:6379  TCP  connection refused

  No Server selects the port, so the default policy cluster-authenticated governs it; the port is opaque: the proxy sees TCP.
  No authorization applies to the connection.

  These do not apply:
  - the policy cluster-authenticated: it asks for mesh TLS, and the client comes without

  The smallest change that would allow it:

  # let Deployment shop/front call through its proxy

  Or, with whoever else comes from there:

  apiVersion: policy.linkerd.io/v1beta3
  kind: Server
  metadata:
    name: cart-redis
    namespace: shop
  spec:
    podSelector:
      matchLabels:
        app: cart
    port: redis
    proxyProtocol: opaque
    accessPolicy: cluster-authenticated
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: cart-redis-from-10-5-6-7
    namespace: shop
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: Server
      name: cart-redis
    requiredAuthenticationRefs:
      - group: policy.linkerd.io
        kind: NetworkAuthentication
        name: cart-redis-from-10-5-6-7
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: NetworkAuthentication
  metadata:
    name: cart-redis-from-10-5-6-7
    namespace: shop
  spec:
    networks:
      - cidr: 10.5.6.7/32

  client: Deployment shop/front, no mesh TLS (--unmeshed), from 10.5.6.7
  target: Deployment shop/cart, port redis (6379)
`,
  },
  {
    title: 'gRPC to a port that finds out what is spoken',
    argv: [
      '--from',
      'shop/front',
      '--to',
      'lab/bench:7000',
      '--protocol',
      'grpc',
      '--path',
      '/a.B/Get',
      '--default-policy',
      'deny',
    ],
    code: 1,
    out: `DENIED  shop/front → lab/bench:7000  gRPC /a.B/Get  PermissionDenied

  No Server selects the port, so the default policy deny governs it; the proxy finds out the protocol.
  The request falls to the default route, and nothing authorizes anybody there.

  The smallest change that would allow it:

  apiVersion: policy.linkerd.io/v1beta3
  kind: Server
  metadata:
    name: bench-7000
    namespace: lab
  spec:
    podSelector:
      matchLabels:
        app: bench
    port: 7000
  ---
  apiVersion: policy.linkerd.io/v1alpha1
  kind: AuthorizationPolicy
  metadata:
    name: bench-7000-from-front
    namespace: lab
  spec:
    targetRef:
      group: policy.linkerd.io
      kind: Server
      name: bench-7000
    requiredAuthenticationRefs:
      - kind: ServiceAccount
        name: front
        namespace: shop

  client: Deployment shop/front, mesh TLS as service account shop/front, from an unknown address in the cluster’s networks
  target: Deployment lab/bench, port 7000
  note: the namespace lab has no policy of its own
`,
  },
];
