import { checkKeep, type Keep } from "../../internal/check_options.ts";
import type { BroadcastTarget } from "../../peer/connection.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { MessageCodec } from "../codecs/interface_codec.ts";
import type { MessageSchema, SendArgs } from "../declare/body_types.ts";
import type { MessageDeclaration } from "../declare/declaration.ts";
import type { RequiredBodyOfStream } from "../declare/stream_types.ts";
import type { Format } from "../formats/format.ts";
import { type BroadcastMember, Member } from "./broadcast_member.ts";
import type { InterfaceStream } from "./interface_stream.ts";
import { SharedBody } from "./shared_body.ts";

/** The options of a broadcast. */
export interface BroadcastOptions {
  /**
   * How many values wait for each peer, outside its write queue: the newest one, or
   * the newest `n`. Default: `"latest"`.
   */
  keep?: Keep | undefined;
  /** The format of the bodies. Default: that of the declaration. */
  format?: Format | undefined;
}

/**
 * Sends the values of one stream to many peers, and waits for none of them.
 *
 * - Each value is encoded once. A peer gets the next one when the one before is
 *   written; meanwhile the newest wait (`keep`), and older ones are dropped and
 *   counted. So a peer that reads slowly gets fewer values, never old ones, and holds
 *   up nobody.
 * - A peer whose connection has ended leaves by itself. One whose send fails for
 *   another reason, such as a body over its writing limit, stays: that goes to its
 *   `onError`, and the value counts as dropped.
 * - Bodies of bytes aren't copied: don't change them afterwards. Descriptors
 *   (`peerBody<UnixBody>()`) are duplicated: close yours when `send` is back.
 * - It keeps no connection open. Disposing it takes all peers out.
 *
 * @example A robot with many viewers
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, Broadcast, defineInterface } from "jsr:@fizyr/rpc/interface";
 *
 * const Robot = defineInterface({
 *   name: "Robot",
 *   streams: { joints: { id: 1, from: "server", body: body<number[]>() } },
 * });
 *
 * using joints = new Broadcast(Robot.streams.joints);
 * const viewers = [];
 * for (let i = 0; i < 2; i++) {
 *   const [a, b] = MemoryTransport.pair(); // listener.run() elsewhere
 *   joints.add(Peer.spawn(a));
 *   viewers.push(Peer.spawn(b));
 * }
 * const received = viewers.map((peer) => Robot.client(peer).joints({ keep: "latest" }));
 * joints.send([0.5, 1]);
 * for (const angles of received) assertEquals((await angles.next()).value, [0.5, 1]);
 * for (const peer of viewers) await peer.close();
 * ```
 */
export class Broadcast<D extends MessageDeclaration> implements Disposable {
  readonly #stream: MessageCodec;
  readonly #limit: number;
  readonly #members = new Map<BroadcastTarget, Member>();
  #dropped = 0;
  #disposed = false;

  /**
   * Makes one without peers.
   *
   * @param stream A stream of an interface, such as `Robot.streams.joints`.
   * @throws {RangeError} If `keep` is a number, but no integer of at least 1.
   * @throws {TypeError} If `keep` is neither a number nor `"latest"`.
   */
  constructor(stream: InterfaceStream<D>, options: BroadcastOptions = {}) {
    this.#limit = checkKeep({ keep: options.keep ?? "latest" })!.limit;
    this.#stream = stream.codec(options.format);
  }

  /** How many peers are in it. */
  get size(): number {
    return this.#members.size;
  }

  /** How many values weren't sent to a peer, over all peers that were ever in it. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Adds a peer. It gets what is sent from now on, until it is taken out or its
   * connection ends, also when this handle is released or split.
   *
   * @returns Its membership: the one that it has, if the connection is in already. A
   * connection that has ended isn't added: its membership has `left`.
   * @throws {TypeError} If the handle is released or split, or this is disposed.
   */
  add<B extends RequiredBodyOfStream<D>, I>(
    peer: PeerHandle<B, I> | PeerWriteHandle<B, I>,
  ): BroadcastMember {
    this.#checkOpen();
    const target = peer.broadcastTarget();
    const before = this.#members.get(target);
    if (before !== undefined) return before;
    const member = new Member(target, this.#stream, this.#limit, {
      dropped: () => this.#dropped++,
      left: () => this.#members.delete(target),
    });
    if (!member.left) this.#members.set(target, member);
    return member;
  }

  /**
   * Sends a value to all peers, and returns at once. It takes the body, if the stream
   * has one.
   *
   * @throws {RpcError} `encode-failed` if the body can't be encoded.
   * @throws {TypeError} If this is disposed, or a descriptor can't be duplicated.
   */
  send(...body: SendArgs<MessageSchema<D>, never>): void {
    this.#checkOpen();
    const shared = new SharedBody(this.#stream.body.encode(body[0]));
    // One that leaves meanwhile is not gone to.
    for (const member of this.#members.values()) member.send(shared);
    shared.release();
  }

  /** Takes all peers out; what waits is dropped. Idempotent. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const member of this.#members.values()) member[Symbol.dispose]();
  }

  #checkOpen(): void {
    if (this.#disposed) throw new TypeError("The broadcast is disposed");
  }
}
