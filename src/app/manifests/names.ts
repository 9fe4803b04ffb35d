/** What our objects are called. There is one installation in a cluster: two would judge everything twice. */
export const APP = 'gatehouse';

export const NAMES = {
  webhooks: APP,
  service: APP,
  deployment: APP,
  serviceAccount: APP,
  /** Of the managed CA. */
  caSecret: 'gatehouse-ca',
  lease: APP,
} as const;

/** Fully qualified names of the webhook entries. */
export const ENTRIES = { validate: 'validate.gatehouse.dev', advise: 'advise.gatehouse.dev' } as const;

/** A namespace with this label set to `disabled` is not judged; who may label namespaces can set it. */
export const OPT_OUT_LABEL = 'gatehouse.dev/admission';

export const DEFAULT_NAMESPACE = APP;
