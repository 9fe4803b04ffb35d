/** What clients show in each column, and where they stand with it: a proxy does not look for TLS on an opaque port. */
import type { Credential } from '../../algebra/index.js';
import { clientOf, type TlsState } from '../decide/connection.js';
import { contactOf } from '../endpoints/connection.js';
import { includesPort } from '../state/workload-settings.js';
import { PLAIN, type MatrixClient } from './clients.js';
import type { Standing, Standings } from './standing.js';
import type { MatrixColumn } from './targets.js';

/** How the proxies of a column look at who comes. */
type Look = 'unenforced' | 'sees-tls' | 'opaque';

/** Where a client stands in each column; undefined where no policy is enforced. */
export interface Face {
  readonly standing: (column: number) => Standing | undefined;
  /** Equal exactly for clients that fall into the same atoms, with what they show in each column. */
  readonly key: string;
}

export class Faces {
  readonly #ports: readonly number[];
  readonly #looks: readonly Look[];
  readonly #standings: Standings;

  constructor(columns: readonly MatrixColumn[], standings: Standings) {
    this.#ports = columns.map(({ targets: [{ port }] }) => port);
    this.#looks = columns.map(({ enforcement }) =>
      typeof enforcement === 'string'
        ? 'unenforced'
        : enforcement.protocol === 'opaque'
          ? 'opaque'
          : 'sees-tls',
    );
    this.#standings = standings;
  }

  of(client: MatrixClient): Face {
    const { tls, skipped, addresses } = client;
    const standingOf = (shown: TlsState, protocol: 'detect' | 'opaque'): Standing =>
      this.#standings.of(credentialTo(shown, client, protocol), addresses.networks);
    const seen = standingOf(tls, 'detect');
    const opaque = this.#looks.includes('opaque') ? standingOf(tls, 'opaque') : seen;
    const skips = this.#ports.flatMap((port, column) =>
      this.#looks[column] !== 'unenforced' && includesPort(skipped, port) ? [column] : [],
    );
    const skipping = new Set(skips);
    const plain = skips.length === 0 ? seen : standingOf(PLAIN, 'detect');
    const standing = (column: number): Standing | undefined => {
      const look = this.#looks[column];
      if (look === 'unenforced') return undefined;
      if (skipping.has(column)) return plain;
      return look === 'opaque' ? opaque : seen;
    };
    const used = [
      ...(this.#looks.includes('sees-tls') ? [seen] : []),
      ...(this.#looks.includes('opaque') ? [opaque] : []),
      ...(skips.length > 0 ? [plain] : []),
    ];
    return { standing, key: keyOf(client, used, skips) };
  }
}

/** What authorizations see of a client that shows this. */
function credentialTo(tls: TlsState, { addresses }: MatrixClient, protocol: 'detect' | 'opaque'): Credential {
  const { connection } = contactOf({ tls }, addresses.sample, { protocol, traffic: { kind: 'tcp' } });
  return clientOf(connection, protocol).credential;
}

function keyOf({ addresses }: MatrixClient, used: readonly Standing[], skips: readonly number[]): string {
  // A client that falls into one atom fares alike, whether its address is known or not.
  const kind = used.some(({ atoms }) => atoms.length > 1) ? addresses.kind : '';
  return [kind, ...used.map(({ key }) => key), skips.join()].join('\n');
}
