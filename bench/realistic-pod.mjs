// A pod as an API server serves it in a meshed cluster: about 6 kB, most of it of no interest to policy.
/** @typedef {import('./realistic-pod.d.mts').PodShape} PodShape */

const hex = (n, length) => ((n * 2654435761) >>> 0).toString(16).padStart(8, '0').repeat(2).slice(0, length);

/**
 * The `i`th of `pods` pods, spread over `workloads` workloads; its name, addresses and the label that carries its name are
 * its own.
 *
 * @param {number} i
 * @param {PodShape} shape
 */
export function realisticPod(i, { workloads, namespace = (w) => `team-${w % 20}` }) {
  const w = i % workloads;
  const app = `app-${w}`;
  const hash = hex(w + 1, 10);
  const name = `${app}-${hash}-${hex(i + 7, 5)}${i.toString(36)}`;
  const uid = `${hex(i, 8)}-${hex(i + 1, 4)}-4${hex(i + 2, 3)}-8${hex(i + 3, 3)}-${hex(i + 4, 12)}`;
  const ip = `10.${64 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
  const hostIP = `192.168.${w % 4}.${i % 100}`;
  const env = (names) =>
    names.map((key) => ({ name: key, value: `${key.toLowerCase()}.${app}.svc.cluster.local:8080` }));
  const probe = (path) => ({
    httpGet: { path, port: 'http', scheme: 'HTTP' },
    initialDelaySeconds: 5,
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  const mounts = [
    { name: 'kube-api-access', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
  ];
  const condition = (type) => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: '2026-11-20T08:11:12Z',
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${app}-${hash}-`,
      namespace: namespace(w),
      uid,
      resourceVersion: String(1_000_000 + i),
      creationTimestamp: '2026-11-20T08:11:09Z',
      labels: {
        app,
        'app.kubernetes.io/name': app,
        'app.kubernetes.io/part-of': `shop-${w % 7}`,
        version: `v${w % 5}`,
        'pod-name': name,
        'pod-template-hash': hash,
        'linkerd.io/control-plane-ns': 'linkerd',
        'linkerd.io/proxy-deployment': app,
        'linkerd.io/workload-ns': namespace(w),
      },
      annotations: {
        'linkerd.io/created-by': 'linkerd/proxy-injector edge-26.11.1',
        'linkerd.io/inject': 'enabled',
        'linkerd.io/proxy-version': 'edge-26.11.1',
        'linkerd.io/trust-root-sha256': 'a7f6c9d1e0b2f3a4958677889900aabbccddeeff00112233445566778899aabb',
        'viz.linkerd.io/tap-enabled': 'true',
        'kubectl.kubernetes.io/restartedAt': '2026-11-19T10:00:00Z',
        'prometheus.io/scrape': 'true',
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${app}-${hash}`,
          uid: `${hex(w, 8)}-1111-4222-8333-${hex(w, 12)}`,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: ['kube-controller-manager', 'kubelet'].map((manager) => ({
        manager,
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-11-20T08:11:12Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {}, 'f:version': {} } },
          'f:spec': {
            'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {}, 'f:ports': { '.': {} } } },
          },
        },
      })),
    },
    spec: {
      volumes: [
        {
          name: 'kube-api-access',
          projected: { sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }] },
        },
        { name: 'linkerd-identity-end-entity', emptyDir: { medium: 'Memory' } },
      ],
      initContainers: [
        {
          name: 'linkerd-init',
          image: 'cr.l5d.io/linkerd/proxy-init:v2.4.3',
          args: ['--incoming-proxy-port', '4143', '--outgoing-proxy-port', '4140', '--proxy-uid', '2102'],
          resources: { limits: { cpu: '100m', memory: '20Mi' }, requests: { cpu: '100m', memory: '20Mi' } },
          volumeMounts: mounts,
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      containers: [
        {
          name: 'main',
          image: `registry.example.test/${app}:1.${w}.0`,
          ports: [
            { name: 'http', containerPort: 8080, protocol: 'TCP' },
            { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
          ],
          env: env(['DATABASE', 'CACHE', 'QUEUE', 'ORDERS', 'PAYMENTS']),
          resources: { limits: { memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
          volumeMounts: mounts,
          livenessProbe: probe('/live'),
          readinessProbe: probe('/ready'),
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
        {
          name: 'linkerd-proxy',
          image: 'cr.l5d.io/linkerd/proxy:edge-26.11.1',
          ports: [
            { name: 'linkerd-proxy', containerPort: 4143, protocol: 'TCP' },
            { name: 'linkerd-admin', containerPort: 4191, protocol: 'TCP' },
          ],
          env: env([
            'LINKERD2_PROXY_DESTINATION_SVC_ADDR',
            'LINKERD2_PROXY_POLICY_SVC_ADDR',
            'LINKERD2_PROXY_IDENTITY',
          ]),
          volumeMounts: mounts,
          livenessProbe: { httpGet: { path: '/live', port: 4191, scheme: 'HTTP' }, periodSeconds: 10 },
          readinessProbe: { httpGet: { path: '/ready', port: 4191, scheme: 'HTTP' }, periodSeconds: 10 },
        },
      ],
      restartPolicy: 'Always',
      serviceAccountName: app,
      nodeName: `node-${i % 100}`,
      tolerations: ['not-ready', 'unreachable'].map((key) => ({
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
    },
    status: {
      phase: 'Running',
      conditions: [
        'PodReadyToStartContainers',
        'Initialized',
        'Ready',
        'ContainersReady',
        'PodScheduled',
      ].map(condition),
      hostIP,
      hostIPs: [{ ip: hostIP }],
      podIP: ip,
      podIPs: [{ ip }],
      startTime: '2026-11-20T08:11:09Z',
      containerStatuses: ['main', 'linkerd-proxy'].map((container) => ({
        name: container,
        state: { running: { startedAt: '2026-11-20T08:11:11Z' } },
        lastState: {},
        ready: true,
        restartCount: 0,
        image: `registry.example.test/${container}:1`,
        imageID: `registry.example.test/${container}@sha256:${hex(w, 16).repeat(4)}`,
        containerID: `containerd://${hex(i, 16).repeat(4)}`,
        started: true,
      })),
      qosClass: 'Burstable',
    },
  };
}
