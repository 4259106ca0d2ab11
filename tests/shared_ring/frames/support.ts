import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import {
  type Message,
  Peer,
  type PeerOptions,
  SharedMemoryPool,
  type SharedMemoryPoolOptions,
  type SharedRingConfig,
  SharedRingTransport,
  type UnixBody,
} from "../../../mod.ts";
import { testWith } from "../../support/permissions.ts";
import type { RingPeer } from "../support/raw_rings.ts";

/** The shortest frame that isn't copied. */
export const LEN = 64 * 1024;

/** A guard against tests that hang, in milliseconds. */
const HANGS_AFTER = 10_000;

type Options = SharedRingConfig & PeerOptions;

/** Peers over rings, and pools; all end with it. */
export class FrameScene implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();

  /** Ends with the scene. */
  use<T extends Disposable | AsyncDisposable>(value: T): T {
    return this.#stack.use(value);
  }

  /** Two connected peers. */
  pair(options: Options = {}): [RingPeer, RingPeer] {
    const [a, b] = SharedRingTransport.pair(options);
    return [this.use(Peer.spawn(a, options)), this.use(Peer.spawn(b, options))];
  }

  /** A pool for a peer. */
  pool(
    peer: RingPeer | null,
    options?: SharedMemoryPoolOptions,
  ): SharedMemoryPool {
    return this.use(new SharedMemoryPool(peer, options));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** Registers a test that works with frames. */
export function frameTest(
  name: string,
  fn: (scene: FrameScene) => Promise<void>,
): void {
  testWith("ffi", name, async () => {
    await using scene = new FrameScene();
    await fn(scene);
  });
}

/** The next stream message. */
export async function frameOf(peer: RingPeer): Promise<Message<UnixBody>> {
  const received = await soon(peer.recvMessage());
  assert(received?.kind === "stream");
  return received.message;
}

/** Fails instead of waiting for ever. */
export function soon<T>(promise: Promise<T>): Promise<T> {
  return deadline(promise, HANGS_AFTER);
}

/** How many regions a pool has, and how many of them are in use. */
export function uses(pool: SharedMemoryPool): [number, number] {
  const { regions, lent } = pool.stats();
  return [regions, lent];
}

/** Checks that all bytes are the same one. */
export function assertFilled(bytes: Uint8Array, byte: number): void {
  assert(bytes.length > 0, "there are no bytes");
  const wrong = bytes.findIndex((value) => value !== byte);
  assertEquals(wrong, -1, `byte ${wrong} is ${bytes[wrong]} and not ${byte}`);
}
