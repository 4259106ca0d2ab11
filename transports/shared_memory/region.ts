import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Libc } from "../libc/libc.ts";
import { Mapping } from "./mapping.ts";
import { createMemfd } from "./memfd.ts";
import { sealMemfd } from "./seal.ts";

/** Sealed memory that a pool lends again and again. */
export class Region implements Disposable {
  readonly capacity: number;
  readonly fd: FileDescriptor;
  readonly mapping: Mapping;

  constructor(libc: Libc, capacity: number) {
    const fd = createMemfd(libc, capacity, "fizyr-rpc-pool");
    try {
      this.mapping = new Mapping(libc, fd.fd, capacity, true);
    } catch (error) {
      fd.close();
      throw error;
    }
    this.capacity = capacity;
    this.fd = fd;
    try {
      sealMemfd(libc, fd.fd, false);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Makes it ready to be lent again, with a new ArrayBuffer. False if the borrower
   * has transferred the last one or closed the descriptor, so that it can't be
   * lent.
   */
  renew(): boolean {
    if (this.fd.closed || this.mapping.taken) return false;
    this.mapping.renew();
    return true;
  }

  [Symbol.dispose](): void {
    this.mapping[Symbol.dispose]();
    this.fd.close();
  }
}
