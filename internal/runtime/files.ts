import { deno } from "./deno.ts";
import { fromNodeError, nodeModule, nodeProcess } from "./node.ts";

/** What is asked of a file. */
export interface FileFacts {
  /** Whether it is a socket; null on Windows. */
  readonly isSocket: boolean | null;
  /** Its device. */
  readonly dev: number;
  /** Its number on that device; null on Windows. */
  readonly ino: number | null;
  /** When it was last changed. */
  readonly mtime: Date | null;
}

/** What is done with the files of sockets. All throw Deno's classes of errors. */
export interface Files {
  /** Looks at a file, and not at what a link leads to. */
  lstat(path: string): FileFacts;
  /** Gives a file a second name. */
  link(path: string, second: string): void;
  /** Removes a name of a file. */
  remove(path: string): void;
  /** Makes a folder that only this user may use. */
  makePrivateFolder(path: string): void;
  /** Removes an empty folder. */
  removeFolder(path: string): void;
  /** Sets the permissions of a file. */
  chmod(path: string, mode: number): void;
  /** Sets the bits that new files don't get; gives those that were set before. */
  umask(mask: number): number;
  /** The working directory. */
  cwd(): string;
}

/** The part of `node:fs` that is used. */
interface NodeFs {
  lstatSync(path: string): {
    isSocket(): boolean;
    readonly dev: number;
    readonly ino: number;
    readonly mtime: Date;
  };
  linkSync(path: string, second: string): void;
  unlinkSync(path: string): void;
  mkdirSync(path: string, mode: number): void;
  rmdirSync(path: string): void;
  chmodSync(path: string, mode: number): void;
}

/** The files of this runtime. */
export const files: Files = deno === undefined ? /* @__PURE__ */ nodeFiles() : {
  lstat: (path) => Deno.lstatSync(path),
  link: (path, second) => Deno.linkSync(path, second),
  remove: (path) => Deno.removeSync(path),
  makePrivateFolder(path) {
    Deno.mkdirSync(path, { mode: 0o700 });
    // The umask may have removed some of these permissions.
    Deno.chmodSync(path, 0o700);
  },
  removeFolder: (path) => Deno.removeSync(path),
  chmod: (path, mode) => Deno.chmodSync(path, mode),
  umask: (mask) => Deno.umask(mask),
  cwd: () => Deno.cwd(),
};

function nodeFiles(): Files {
  const what = "A Unix socket";
  const use = <T>(call: (fs: NodeFs) => T): T => {
    const fs = nodeModule<NodeFs>("node:fs", what);
    try {
      return call(fs);
    } catch (error) {
      throw fromNodeError(error);
    }
  };
  return {
    lstat: (path) =>
      use((fs) => {
        const stats = fs.lstatSync(path);
        const { dev, ino, mtime } = stats;
        return { isSocket: stats.isSocket(), dev, ino, mtime };
      }),
    link: (path, second) => use((fs) => fs.linkSync(path, second)),
    remove: (path) => use((fs) => fs.unlinkSync(path)),
    makePrivateFolder: (path) =>
      use((fs) => {
        fs.mkdirSync(path, 0o700);
        fs.chmodSync(path, 0o700);
      }),
    removeFolder: (path) => use((fs) => fs.rmdirSync(path)),
    chmod: (path, mode) => use((fs) => fs.chmodSync(path, mode)),
    umask: (mask) => nodeProcess(what).umask(mask),
    cwd: () => nodeProcess(what).cwd(),
  };
}
