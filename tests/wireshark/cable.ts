import { assert } from "@std/assert";
import { Capture } from "./capture.ts";
import { decode, type Decoded } from "./decode.ts";

/** Said last, to know when a capture has it all. */
export const LAST = "the last message";

/** A TCP connection that is captured, written to by hand. */
export class Cable implements AsyncDisposable {
  /** The port of the server. */
  readonly port: number;
  readonly #ends: { readonly client: Deno.Conn; readonly server: Deno.Conn };
  readonly #capture: Capture;

  private constructor(
    port: number,
    ends: { readonly client: Deno.Conn; readonly server: Deno.Conn },
    capture: Capture,
  ) {
    this.port = port;
    this.#ends = ends;
    this.#capture = capture;
  }

  /** Lays one. */
  static async lay(): Promise<Cable> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const capture = await Capture.start(port);
    assert(capture !== null, "captures were allowed a moment ago");
    const [client, server] = await Promise.all([
      Deno.connect({ hostname: "127.0.0.1", port }),
      listener.accept(),
    ]);
    client.setNoDelay(true);
    server.setNoDelay(true);
    return new Cable(port, { client, server }, capture);
  }

  /** Sends bytes as a packet of their own: waits until the other end has read them. */
  async send(from: "client" | "server", bytes: Uint8Array): Promise<void> {
    const { client, server } = this.#ends;
    const [source, sink] = from === "client"
      ? [client, server]
      : [server, client];
    await source.write(bytes);
    const buffer = new Uint8Array(bytes.length);
    for (let got = 0; got < bytes.length;) got += await sink.read(buffer) ?? 0;
  }

  /** Ends, and gives what the dissector says, the last message left out. */
  async decode(...options: string[]): Promise<Decoded[]> {
    await this.send("server", frame(4, 0, 0, LAST));
    const capture = await this.#capture.until(LAST);
    const ports = `fizyr_rpc.ports:${this.port}`;
    const decoded = await decode(capture, ["-o", ports, ...options]);
    return decoded.filter(({ fields }) => fields.text !== LAST);
  }

  /** Ends it in any case. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ends.client.close();
    this.#ends.server.close();
    await this.#capture[Symbol.asyncDispose]();
  }
}

/** A frame, little endian; `length` is what it says of itself. */
export function frame(
  type: number,
  requestId: number,
  serviceId: number,
  text = "",
  length?: number,
): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(text);
  const bytes = new Uint8Array(16 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length ?? 12 + body.length, true);
  view.setUint32(4, type, true);
  view.setUint32(8, requestId, true);
  view.setInt32(12, serviceId, true);
  bytes.set(body, 16);
  return bytes;
}
