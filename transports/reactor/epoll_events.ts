import { deno } from "../../internal/runtime/deno.ts";

// struct epoll_event { u32 events; u64 data }: packed on x86-64, and only there.
const PACKED = deno?.build.arch === "x86_64";
const STRIDE = PACKED ? 3 : 4;
const DATA = PACKED ? 1 : 2;

/** An array of C's `epoll_event`, whose data is a descriptor. */
export class EpollEvents {
  /** As the C library takes it. */
  readonly buffer: Uint32Array<ArrayBuffer>;
  /** How many fit. */
  readonly length: number;

  constructor(length: number) {
    this.length = length;
    this.buffer = new Uint32Array(STRIDE * length);
  }

  events(index: number): number {
    return this.buffer[STRIDE * index]!;
  }

  fd(index: number): number {
    return this.buffer[STRIDE * index + DATA]!;
  }

  set(index: number, events: number, fd: number): void {
    this.buffer[STRIDE * index] = events;
    this.buffer[STRIDE * index + DATA] = fd;
  }
}
