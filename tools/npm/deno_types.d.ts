/**
 * What the declarations of the npm package say of Deno's own types: they have to
 * resolve where there are none. Only parts that need Deno use them.
 */
export declare namespace Deno {
  /** Options of `Deno.open`. */
  interface OpenOptions {
    read?: boolean;
    write?: boolean;
    append?: boolean;
    truncate?: boolean;
    create?: boolean;
    createNew?: boolean;
    mode?: number;
  }
  /** What `Deno.stat` gives. */
  interface FileInfo {
    readonly isFile: boolean;
    readonly isDirectory: boolean;
    readonly isSymlink: boolean;
    readonly size: number;
    readonly mtime: Date | null;
    readonly atime: Date | null;
    readonly birthtime: Date | null;
    readonly ctime: Date | null;
    readonly dev: number;
    readonly ino: number | null;
    readonly mode: number | null;
    readonly nlink: number | null;
    readonly uid: number | null;
    readonly gid: number | null;
    readonly rdev: number | null;
    readonly blksize: number | null;
    readonly blocks: number | null;
    readonly isBlockDevice: boolean | null;
    readonly isCharDevice: boolean | null;
    readonly isFifo: boolean | null;
    readonly isSocket: boolean | null;
  }
  /** What `Deno.open` gives. */
  interface FsFile {
    readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
    readonly writable: WritableStream<Uint8Array<ArrayBufferLike>>;
    read(into: Uint8Array): Promise<number | null>;
    write(bytes: Uint8Array): Promise<number>;
    stat(): Promise<FileInfo>;
    close(): void;
    [Symbol.dispose](): void;
  }
  /** The functions of a C library. */
  type StaticForeignLibraryInterface<T> = {
    readonly [name in keyof T]: unknown;
  };
}
