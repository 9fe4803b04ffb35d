/** Why a question about two endpoints cannot be asked; data, told in words by whoever prints it. */
export type EndpointProblem =
  /** No name, address or identity at all. */
  | { readonly code: 'unreadable-from' | 'unreadable-to'; readonly text: string }
  | {
      readonly code: 'no-namespace';
      readonly namespace: string;
      /** What was meant, in full: another namespace, or a workload in it. */
      readonly near: string | undefined;
    }
  | {
      readonly code: 'no-workload';
      /** Undefined where all namespaces were looked through. */
      readonly namespace: string | undefined;
      readonly name: string;
      readonly near: string | undefined;
      /** What there is instead, some of it. */
      readonly known: readonly string[];
      /** Whether a Service has the name: people often name that. */
      readonly service: boolean;
      /** Whether a service account would do as well. */
      readonly accounts: boolean;
    }
  | { readonly code: 'ambiguous'; readonly name: string; readonly candidates: readonly string[] }
  | { readonly code: 'no-port'; readonly declared: readonly string[] }
  | {
      readonly code: 'no-port-name';
      readonly port: string;
      readonly near: string | undefined;
      readonly declared: readonly string[];
    }
  | { readonly code: 'identity-unmeshed'; readonly identity: string }
  | { readonly code: 'service-as-target'; readonly name: string }
  /** A denial line from which nobody can tell whose port it is about. */
  | {
      readonly code: 'log-needs-target';
      readonly server: string | undefined;
      readonly candidates: readonly string[];
    };
