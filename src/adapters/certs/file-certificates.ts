/**
 * A pair on disk, mounted or written by any issuer, followed while it is served. The directory is watched, because a
 * mounted Secret is swapped through a symlink in it, and so is its parent, for the directory itself may be replaced;
 * and it is read every 10 s, because watching misses changes on some file systems. What is half written, ended or
 * for another name is not taken: the old pair serves until the new one is whole.
 */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { OperationalError } from '../../model/operational-error.js';
import type { Clock } from '../http/clock.js';
import { DirectoryWatch } from '../manifests/directory-watch.js';
import { loadPair, readPairFiles } from './load-pair.js';
import type { Pair } from './pair.js';
import type { CertificateObserver, Certificates, CertificateSink } from './ports.js';
import { Serving } from './serving.js';

export interface FileCertificatesOptions {
  /** With `tls.crt`, `tls.key` and, where it is there, `ca.crt`. */
  readonly dir: string;
  /** What the certificate must be for. */
  readonly names: readonly string[];
  /** What callers trust, as far as it is known. */
  readonly bundle?: () => string | undefined;
  readonly clock: Clock;
  readonly sink: CertificateSink;
  readonly observer: CertificateObserver;
}

const POLL_MS = 10_000;
const RETRY_MS = 5_000;
/** Writers touch several files: what is there so soon after the first is rarely whole. */
const SETTLE_MS = 200;

export class FileCertificates implements Certificates {
  readonly #options: FileCertificatesOptions;
  readonly #dir: string;
  readonly #serving: Serving;
  readonly #watch: DirectoryWatch;
  #looking: Promise<void> = Promise.resolve();
  #ended = false;
  #cancelNext = (): void => undefined;
  #cancelSettling: (() => void) | undefined;

  constructor(options: FileCertificatesOptions) {
    const { dir, names, bundle, clock, sink, observer } = options;
    this.#options = options;
    this.#dir = resolve(dir);
    this.#serving = new Serving({ sink, observer, clock, needs: () => ({ names, bundle: bundle?.() }) });
    this.#watch = new DirectoryWatch((directory, name) => {
      if (directory === this.#dir || name === null || name === basename(this.#dir)) this.#noticed();
    });
  }

  readonly start = async (): Promise<void> => {
    const { dir, names, clock } = this.#options;
    await this.#follow();
    const pair = await loadPair(dir, { names, now: new Date(clock.wall()) });
    const [fault] = this.#serving.offer(pair);
    if (fault !== undefined && this.#serving.pair === undefined)
      throw new OperationalError('certs-invalid', `the pair in ${dir} cannot be served: ${fault.message}`);
    this.#schedule(POLL_MS);
  };

  readonly stop = (): Promise<void> => {
    this.#ended = true;
    this.#cancelNext();
    this.#cancelSettling?.();
    this.#watch.close();
    return this.#looking;
  };

  /** What callers trust has changed: what is served, or what was refused before, is looked at anew. */
  recheck(): void {
    if (!this.#ended) this.#soon();
  }

  #noticed(): void {
    if (this.#ended) return;
    this.#cancelSettling ??= this.#options.clock.after(SETTLE_MS, () => {
      this.#cancelSettling = undefined;
      this.#soon();
    });
  }

  #schedule(ms: number): void {
    this.#cancelNext();
    if (!this.#ended) this.#cancelNext = this.#options.clock.after(ms, () => this.#soon());
  }

  /** One look after the other, so that an older pair never follows a newer one. */
  #soon(): void {
    this.#looking = this.#looking.then(() => this.#look());
  }

  async #look(): Promise<void> {
    if (this.#ended) return;
    await this.#follow();
    const taken = await this.#take();
    this.#schedule(taken ? POLL_MS : RETRY_MS);
  }

  /** Whether what lies there now is what is served. */
  async #take(): Promise<boolean> {
    const { observer } = this.#options;
    let found: Partial<Pair>;
    try {
      found = await readPairFiles(this.#dir);
    } catch (error) {
      observer.reloadFailed('unreadable', error instanceof Error ? error.message : String(error));
      this.#serving.look();
      return false;
    }
    const { cert, key, ca } = found;
    if (this.#ended) return true;
    if (cert === undefined || key === undefined) {
      observer.reloadFailed('missing', `there is no ${cert === undefined ? 'certificate' : 'key'}`);
      this.#serving.look();
      return false;
    }
    const served = this.#serving.pair;
    if (served?.cert === cert && served.key === key && (ca === undefined || served.ca === ca)) {
      this.#serving.look();
      return true;
    }
    return this.#serving.offer({ cert, key, ...(ca === undefined ? {} : { ca }) }).length === 0;
  }

  async #follow(): Promise<void> {
    const directories = [this.#dir, dirname(this.#dir)];
    const identities = await Promise.all(
      directories.map(async (path): Promise<[string, string][]> => {
        const found = await stat(path).catch(() => undefined);
        return found === undefined ? [] : [[path, identityOf(found)]];
      }),
    );
    if (!this.#ended) this.#watch.follow(new Map(identities.flat()));
  }
}

/** An inode's number is given anew to the next directory; its birth is not. */
const identityOf = ({ dev, ino, birthtimeMs }: Stats): string => [dev, ino, birthtimeMs].join(' ');
