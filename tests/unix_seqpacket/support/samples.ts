import { assertEquals } from "@std/assert";
import { FileDescriptor } from "../../../mod.ts";
import type { RawLibc } from "./raw_libc.ts";

/** The kinds of descriptors that travel. */
export const KINDS = ["memfd", "file", "pipe", "socket"] as const;
export type Kind = typeof KINDS[number];

const SOCK_STREAM = 1;
const CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;
const F_GETFD = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A descriptor to be sent, behind which a text is to be read. */
export class Sample implements Disposable {
  readonly #libc: RawLibc;
  readonly #kind: Kind;
  readonly #text: string;
  /** What is sent. */
  readonly fd: FileDescriptor;
  /** Where the text is written to. */
  readonly #source: FileDescriptor;

  constructor(libc: RawLibc, kind: Kind, text: string, dir: string) {
    this.#libc = libc;
    this.#kind = kind;
    this.#text = text;
    const { memfd_create, pipe2 } = libc.symbols;
    if (kind === "memfd" || kind === "file") {
      const name = encoder.encode("sample\0");
      this.fd = this.#source = kind === "memfd"
        ? new FileDescriptor(libc.ok(memfd_create(name, MFD_CLOEXEC)))
        : FileDescriptor.open(`${dir}/${text}`, "w+");
      return;
    }
    const [from, to] = kind === "pipe"
      ? libc.two((fds) => pipe2(fds, CLOEXEC))
      : libc.socketPair(SOCK_STREAM | CLOEXEC);
    this.fd = new FileDescriptor(from);
    this.#source = new FileDescriptor(to);
  }

  /** Puts the text there to be read, once for each time that it is sent. */
  arm(): void {
    const bytes = encoder.encode(this.#text);
    const { pwrite } = this.#libc.symbols;
    if (this.fd === this.#source) {
      this.#libc.ok(pwrite(this.fd.fd, bytes, BigInt(bytes.length), 0n));
    } else assertEquals(this.#source.writeSync(bytes), bytes.length);
  }

  /** Fails unless what came is another descriptor of the same, CLOEXEC and usable. */
  check(received: FileDescriptor): void {
    const { fcntl, pread } = this.#libc.symbols;
    assertEquals(fcntl(received.fd, F_GETFD, 0), 1, `${this.#kind}: CLOEXEC`);
    const buffer = new Uint8Array(encoder.encode(this.#text).length);
    if (this.fd === this.#source) {
      const length = BigInt(buffer.length);
      this.#libc.ok(pread(received.fd, buffer, length, 0n));
    } else received.readSync(buffer);
    assertEquals(decoder.decode(buffer), this.#text);
  }

  [Symbol.dispose](): void {
    this.fd.close();
    this.#source.close();
  }
}
