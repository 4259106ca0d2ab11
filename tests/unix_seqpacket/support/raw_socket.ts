import type { RawLibc } from "./raw_libc.ts";
import { HANGS_AFTER } from "../../support/hangs_after.ts";

const SCM_RIGHTS = 1;
const SOL_SOCKET = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const EAGAIN = 11;
const POLLIN = 1;
const SIOCOUTQ = 0x5411n;
const HEADER_LEN = 16;

/** What came as one datagram. */
export interface RawDatagram {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly fds: readonly number[];
}

/** Control messages, one SCM_RIGHTS for each group of descriptors. */
export function rights(...groups: number[][]): Uint8Array<ArrayBuffer> {
  const parts = groups.map((fds) =>
    controlMessage(SOL_SOCKET, SCM_RIGHTS, fds)
  );
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** One control message of any kind, with words as its data. */
export function controlMessage(
  level: number,
  type: number,
  words: number[],
  length: number = HEADER_LEN + 4 * words.length,
): Uint8Array<ArrayBuffer> {
  const size = HEADER_LEN + 8 * Math.ceil(words.length / 2);
  const view = new DataView(new ArrayBuffer(size));
  view.setBigUint64(0, BigInt(length), true);
  view.setInt32(8, level, true);
  view.setInt32(12, type, true);
  words.forEach((word, i) => view.setInt32(HEADER_LEN + 4 * i, word, true));
  return new Uint8Array(view.buffer);
}

function pointer(bytes: Uint8Array<ArrayBuffer>): bigint {
  if (bytes.length === 0) return 0n;
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}

/** A seqpacket socket in the hands of a test, which may send anything. */
export class RawSocket implements Disposable {
  readonly #libc: RawLibc;
  readonly fd: number;
  #open = true;

  /** Takes over a socket. */
  constructor(libc: RawLibc, fd: number) {
    this.#libc = libc;
    this.fd = fd;
  }

  /** Sends one datagram; 0, or the errno that it gave. */
  trySend(
    data: Uint8Array<ArrayBuffer>,
    control: Uint8Array<ArrayBuffer> = new Uint8Array(),
  ): number {
    const iovec = new BigUint64Array([pointer(data), BigInt(data.length)]);
    const header = this.#header(iovec, control);
    const { sendmsg } = this.#libc.symbols;
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    return sendmsg(this.fd, header, flags) < 0n ? this.#libc.errno : 0;
  }

  /** Sends one datagram, with descriptors. */
  send(data: Uint8Array<ArrayBuffer>, fds: number[] = []): void {
    const control = fds.length === 0 ? new Uint8Array() : rights(fds);
    const errno = this.trySend(data, control);
    if (errno !== 0) throw new Error(`sendmsg failed with errno ${errno}`);
  }

  /** Takes the next datagram if there is one; null at the end. */
  tryRecv(): RawDatagram | null | undefined {
    const data = new Uint8Array(1024 * 1024);
    const control = new Uint8Array(HEADER_LEN + 4 * 254);
    const iovec = new BigUint64Array([pointer(data), BigInt(data.length)]);
    const header = this.#header(iovec, control);
    const flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
    const count = this.#libc.symbols.recvmsg(this.fd, header, flags);
    if (count < 0n) {
      if (this.#libc.errno === EAGAIN) return undefined;
      throw new Error(`recvmsg failed with errno ${this.#libc.errno}`);
    }
    if (count === 0n) return null;
    const fds: number[] = [];
    const view = new DataView(control.buffer);
    // Nothing came, or one control message: what is behind its own length is padding.
    const came = new DataView(header.buffer).getBigUint64(40, true) > 0n;
    const end = came ? Number(view.getBigUint64(0, true)) : 0;
    for (let at = HEADER_LEN; at < end; at += 4) {
      fds.push(view.getInt32(at, true));
    }
    return { data: data.slice(0, Number(count)), fds };
  }

  /** The next datagram; null at the end. */
  async recv(): Promise<RawDatagram | null> {
    for (;;) {
      const datagram = this.tryRecv();
      if (datagram !== undefined) return datagram;
      const poller = new Int32Array([this.fd, POLLIN]);
      const ready = await this.#libc.symbols.poll(poller, 1n, HANGS_AFTER);
      if (ready !== 1) throw new Error("Nothing came");
    }
  }

  /** Whether the other side has received all that was sent. */
  get received(): boolean {
    const left = new Int32Array(1);
    this.#libc.ok(this.#libc.symbols.ioctl(this.fd, SIOCOUTQ, left));
    return left[0] === 0;
  }

  /** Nothing more will be sent (1), or received (0). */
  shutdown(how: number): void {
    this.#libc.ok(this.#libc.symbols.shutdown(this.fd, how));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#libc.symbols.close(this.fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  // struct msghdr; what it points to is to be held until the call.
  #header(
    iovec: BigUint64Array<ArrayBuffer>,
    control: Uint8Array<ArrayBuffer>,
  ): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array([
      0n,
      0n,
      pointer(new Uint8Array(iovec.buffer)),
      1n,
      pointer(control),
      BigInt(control.length),
      0n,
    ]);
  }
}
