/** Clients other than the host itself. */
import {
  ALL_CREDENTIALS,
  clientSet,
  complementN,
  networkSet,
  type ClientSet,
  type NetworkSet,
} from '../../algebra/index.js';
import { parseNetwork } from '../../model/ip.js';

/** The host, which every proxy lets through to itself (B1), and what is no source address. */
export const NO_CLIENT_ADDRESSES: NetworkSet = networkSet(
  ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3', '::/32', 'ff00::/8'].flatMap((text) => {
    const net = parseNetwork(text);
    return net === undefined ? [] : [{ net, except: [] }];
  }),
);

/** Everybody who can come from somewhere else, whatever they show. */
export const EVERYBODY: ClientSet = clientSet(ALL_CREDENTIALS, complementN(NO_CLIENT_ADDRESSES));
