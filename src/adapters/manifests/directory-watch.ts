/** Notices that come of themselves, where the system gives any; whoever uses this looks from time to time as well. */
import { watch, type FSWatcher } from 'node:fs';

interface Watched {
  readonly identity: string;
  readonly watcher: FSWatcher;
}

export class DirectoryWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #notice: (directory: string, name: string | null) => void;

  /** `notice` is called, any number of times, after something happened in one of the directories, to `name` if known. */
  constructor(notice: (directory: string, name: string | null) => void) {
    this.#notice = notice;
  }

  /** Watches these directories and no others; one whose place another has taken is watched anew. */
  follow(directories: ReadonlyMap<string, string>): void {
    for (const [path, { identity }] of this.#watched) if (directories.get(path) !== identity) this.#end(path);
    for (const [path, identity] of directories) if (!this.#watched.has(path)) this.#begin(path, identity);
  }

  close(): void {
    for (const path of this.#watched.keys()) this.#end(path);
  }

  #begin(path: string, identity: string): void {
    try {
      const watcher = watch(path, { persistent: false }, (_, name) => this.#notice(path, name));
      this.#watched.set(path, { identity, watcher });
      watcher.on('error', () => {
        if (this.#watched.get(path)?.watcher === watcher) this.#end(path);
      });
    } catch {
      // Gone again, or the system has no watches left: the next look will tell.
    }
  }

  #end(path: string): void {
    this.#watched.get(path)?.watcher.close();
    this.#watched.delete(path);
  }
}
