/** The pods, and what keeps enough of them (webhook-operations, section 9). */
import {
  items,
  labels,
  metadata,
  SELECTOR_LABELS,
  text,
  tree,
  whenFiles,
  whenSet,
  type Context,
} from './context.js';
import { APP, NAMES } from './names.js';
import { PORTS } from './network.js';
import { Slot, type Node, type NodeObject } from './template.js';

/** The user that the image names too. */
const UID = 65_532;
const CERTS_DIR = '/certs';
/** Where clients look for it by themselves. */
const TOKEN_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_SECONDS = 3_600;

const spreadOver = (topologyKey: string): NodeObject => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: SELECTOR_LABELS },
});

export const deployment = (context: Context): NodeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(NAMES.deployment, context),
  spec: {
    replicas: new Slot('number', '.Values.replicas', context.values.replicas),
    selector: { matchLabels: SELECTOR_LABELS },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: {
        labels: labels(),
        // Under a default-deny mesh the API server, which has no proxy, could not reach us.
        annotations: { 'linkerd.io/inject': 'disabled' },
      },
      spec: podSpec(context),
    },
  },
});

function podSpec(context: Context): NodeObject {
  const { priorityClassName, nodeSelector, tolerations, imagePullSecrets, tls } = context.values;
  return {
    serviceAccountName: NAMES.serviceAccount,
    // The one volume below is the only way to a token.
    automountServiceAccountToken: false,
    // A service-link variable such as GATEHOUSE_PORT is none of ours.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 120,
    imagePullSecrets: whenSet(
      'imagePullSecrets',
      imagePullSecrets,
      tree('imagePullSecrets', imagePullSecrets),
    ),
    priorityClassName: whenSet(
      'priorityClassName',
      priorityClassName,
      text('priorityClassName', priorityClassName),
    ),
    nodeSelector: whenSet('nodeSelector', nodeSelector, tree('nodeSelector', nodeSelector)),
    tolerations: whenSet('tolerations', tolerations, tree('tolerations', tolerations)),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: UID,
      runAsGroup: UID,
      fsGroup: UID,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      spreadOver('kubernetes.io/hostname'),
      spreadOver('topology.kubernetes.io/zone'),
    ],
    containers: [container(context)],
    volumes: [
      tokenVolume,
      whenFiles(context, { name: 'certs', secret: { secretName: text('tls.secretName', tls.secretName) } }),
    ],
  };
}

function container(context: Context): NodeObject {
  const { image, args, tls } = context.values;
  const port = (name: keyof typeof PORTS): Node => ({ name, containerPort: PORTS[name] });
  const probe = (path: string, periodSeconds: number, failureThreshold: number): NodeObject => ({
    httpGet: { path, port: 'admin' },
    periodSeconds,
    failureThreshold,
  });
  return {
    name: APP,
    image: text('image', image),
    args: [
      'serve',
      new Slot('text', 'printf "--tls=%s" .Values.tls.mode', `--tls=${tls.mode}`),
      whenFiles(context, `--certs=${CERTS_DIR}`),
      items('args', args),
    ],
    ports: [port('webhook'), port('grpc'), port('admin')],
    startupProbe: probe('/live', 2, 60),
    livenessProbe: probe('/live', 10, 3),
    readinessProbe: probe('/ready', 5, 2),
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    // No limit on CPU: a throttled answer is a late one.
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'token', mountPath: TOKEN_DIR, readOnly: true },
      whenFiles(context, { name: 'certs', mountPath: CERTS_DIR, readOnly: true }),
    ],
  };
}

const tokenVolume: NodeObject = {
  name: 'token',
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
};

export const disruptionBudget = (context: Context): NodeObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metadata(APP, context),
  spec: {
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
    selector: { matchLabels: SELECTOR_LABELS },
  },
});
