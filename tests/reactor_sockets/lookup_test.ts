/** Where names are looked up for sockets of the C library: on a thread, or at once. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { bind, connect, listen } from "../../mod.ts";
import * as tcp from "../../endpoints/tcp.ts";
import { AI_NUMERICHOST } from "../../transports/libc/constants.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { testWith } from "../support/permissions.ts";

const REACTOR = { reactor: true } as const;

type LookupArguments = [
  host: Uint8Array,
  service: null,
  hints: Int32Array,
  result: BigUint64Array,
];

/** Counts the lookups of names. */
class Lookups implements Disposable {
  readonly #libc = Libc.require("The test");
  readonly #stack = new DisposableStack();
  #onLoop = 0;
  #inThread = 0;

  constructor() {
    this.#count("getaddrinfo", () => this.#onLoop++);
    this.#count("getaddrinfoInThread", () => this.#inThread++);
  }

  /** The lookups since the last call. */
  take(): { onLoop: number; inThread: number } {
    const taken = { onLoop: this.#onLoop, inThread: this.#inThread };
    this.#onLoop = this.#inThread = 0;
    return taken;
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
    this.#libc[Symbol.dispose]();
  }

  /** Counts the calls of a function, without those that only parse an address. */
  #count(
    name: "getaddrinfo" | "getaddrinfoInThread",
    onLookup: () => void,
  ): void {
    const { symbols } = this.#libc;
    const real = symbols[name] as (...given: LookupArguments) => unknown;
    const value = (...given: LookupArguments): unknown => {
      const [flags] = given[2];
      if (flags !== AI_NUMERICHOST) onLookup();
      return real(...given);
    };
    Object.defineProperty(symbols, name, { value });
    this.#stack.defer(() => {
      Object.defineProperty(symbols, name, { value: real });
    });
  }
}

testWith("ffi", "connect and bind look a name up on a thread", async () => {
  using lookups = new Lookups();
  for (const byName of [bind<string>, tcp.bind]) {
    await using listener = await byName("localhost:0", REACTOR);
    assertEquals(lookups.take(), { onLoop: 0, inThread: 1 });
    const { addr } = listener;
    assert("port" in addr && ["127.0.0.1", "::1"].includes(addr.hostname));
    await using peer = await connect(`localhost:${addr.port}`, REACTOR);
    assertEquals(lookups.take(), { onLoop: 0, inThread: 1 });
    assertEquals((await listener.accept()).info, {
      localAddr: peer.info.remoteAddr,
      remoteAddr: peer.info.localAddr,
    });
  }
  await assertRejects(
    () => bind("nothing.invalid:80", REACTOR),
    Error,
    "Cannot listen on tcp://nothing.invalid:80: failed to lookup address information",
  );
  assertEquals(lookups.take(), { onLoop: 0, inThread: 1 });
});

testWith("ffi", "listen looks a name up at once", async () => {
  using lookups = new Lookups();
  await using _listener = listen("localhost:0", REACTOR);
  assertEquals(lookups.take(), { onLoop: 1, inThread: 0 });
});

testWith("ffi", "an address is no name, and is looked up nowhere", async () => {
  using lookups = new Lookups();
  await using listener = await bind("127.0.0.1:0", REACTOR);
  await using _peer = await connect(listener.addr, REACTOR);
  assertEquals(lookups.take(), { onLoop: 0, inThread: 0 });
});
