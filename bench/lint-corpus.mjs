// The manifests of bench/lint.mjs: 1,000 files with five objects each, as teams write them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const deployment = (name, namespace) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
    app.kubernetes.io/name: ${name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
        app.kubernetes.io/version: "1.4.2" # keep in step with the chart
      annotations:
        linkerd.io/inject: enabled
    spec:
      serviceAccountName: ${name}
      containers:
        - name: main
          image: registry.example/${namespace}/${name}:1.4.2
          ports:
            - name: http
              containerPort: 8080
            - name: admin
              containerPort: 9990
          readinessProbe:
            httpGet:
              path: /ready
              port: admin
          resources:
            requests: { cpu: 100m, memory: 64Mi }
            limits: { memory: 128Mi }
`;

const service = (name, namespace) => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  selector: { app: ${name} }
  ports:
    - name: http
      port: 80
      targetPort: http
`;

const server = (name, namespace) => `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata:
  name: ${name}-http
  namespace: ${namespace}
spec:
  podSelector:
    matchLabels:
      app: ${name}
  port: http
  proxyProtocol: HTTP/1
`;

const authorization = (name, namespace) => `apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata:
  name: ${name}-http
  namespace: ${namespace}
spec:
  targetRef:
    group: policy.linkerd.io
    kind: Server
    name: ${name}-http
  requiredAuthenticationRefs:
    - group: policy.linkerd.io
      kind: MeshTLSAuthentication
      name: ${name}-clients
`;

const authentication = (name, namespace) => `apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata:
  name: ${name}-clients
  namespace: ${namespace}
spec:
  identities:
    - "web.${namespace}.serviceaccount.identity.linkerd.cluster.local"
    - 'ingress.edge.serviceaccount.identity.linkerd.cluster.local'
`;

/** Writes `files` files of five objects each below `directory`, over twenty namespaces. */
export function writeCorpus(directory, files) {
  for (let i = 0; i < files; i++) {
    const namespace = `team-${String(i % 20)}`;
    const name = `service-${String(i)}`;
    mkdirSync(join(directory, namespace), { recursive: true });
    writeFileSync(
      join(directory, namespace, `${name}.yaml`),
      [deployment, service, server, authorization, authentication]
        .map((print) => print(name, namespace))
        .join('---\n'),
    );
  }
}
