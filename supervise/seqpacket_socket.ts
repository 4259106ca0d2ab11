import type { FileDescriptor } from "../transports/descriptor/file_descriptor.ts";
import type { Transport } from "../transports/transport.ts";
import type { UnixBody } from "../transports/unix_seqpacket/unix_body.ts";
import {
  resolveUnixConfig,
  type UnixConfig,
} from "../transports/unix_seqpacket/unix_config.ts";
import { UnixSeqpacketTransport } from "../transports/unix_seqpacket/unix_seqpacket_transport.ts";
import type { ProgramSocket } from "./program_socket.ts";

/** A pair of seqpacket sockets, whose messages carry descriptors. */
export class SeqpacketSocket implements ProgramSocket<UnixBody> {
  readonly stdio: number;
  readonly #config: UnixConfig;
  readonly #ours: FileDescriptor;
  readonly #theirs: FileDescriptor;
  #transport: UnixSeqpacketTransport | null = null;

  /**
   * Makes the pair. Other programs that are started meanwhile don't inherit it.
   *
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} Outside of Deno on Linux.
   */
  constructor(config: UnixConfig) {
    resolveUnixConfig(config);
    this.#config = config;
    [this.#ours, this.#theirs] = UnixSeqpacketTransport.socketPair();
    this.stdio = this.#theirs.fd;
  }

  onSpawned(): void {
    // Else the program's end would never be the end of the connection.
    this.#theirs.close();
  }

  transport(): Transport<UnixBody, unknown> {
    return this.#transport = new UnixSeqpacketTransport(
      this.#ours,
      this.#config,
    );
  }

  close(): void {
    this.#theirs.close();
    if (this.#transport === null) this.#ours.close();
    else this.#transport.close();
  }
}
