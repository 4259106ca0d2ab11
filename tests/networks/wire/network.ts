import {
  close,
  enterNamespace,
  enterNewNamespace,
  openTun,
  ownNamespace,
} from "./kernel.ts";
import { type Counts, type Faults, SOUND, WireMemory } from "./wire_memory.ts";
import type { WireStart } from "./wire_worker.ts";

/** The addresses of both ends. */
export const HERE = "10.77.0.1";
export const THERE = "10.77.0.2";

const DEVICE = "wire";

/**
 * Two network namespaces of this process with a wire between them that can fail. Its
 * end `HERE` is in the namespace of the program, which has to be one of its own. All of
 * it goes with the process.
 */
export class Network implements AsyncDisposable {
  readonly #memory = new WireMemory();
  readonly #here: number;
  readonly #there: number;
  readonly #devices: readonly [number, number];
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;

  /** Makes it. What the wire does by chance follows from the seed. */
  constructor(seed: number) {
    this.faults = SOUND;
    this.#here = ownNamespace();
    const hereDevice = openTun(DEVICE);
    setUp(HERE);
    enterNewNamespace();
    this.#there = ownNamespace();
    const thereDevice = openTun(DEVICE);
    setUp(THERE);
    enterNamespace(this.#here);
    this.#devices = [hereDevice, thereDevice];
    const script = new URL("wire_worker.ts", import.meta.url);
    this.#worker = new Worker(script, { type: "module" });
    this.#ended = new Promise((resolve) => this.#worker.onmessage = resolve);
    const start: WireStart = {
      memory: this.#memory.buffer,
      devices: this.#devices,
      seed,
    };
    this.#worker.postMessage(start);
  }

  /** What is done to packets. */
  get faults(): Faults {
    return this.#memory.faults;
  }

  set faults(faults: Partial<Faults>) {
    this.#memory.faults = { ...SOUND, ...faults };
  }

  /** Makes the wire sound, and lets both ends forget how long packets may be. */
  async reset(): Promise<void> {
    this.faults = SOUND;
    ip("route", "flush", "cache");
    await this.there(() => ip("route", "flush", "cache"));
  }

  /** How many packets there were of each kind. */
  get counts(): Counts {
    return this.#memory.counts;
  }

  /** Waits for so many more of a kind. */
  more(what: keyof Counts, count: number): Promise<void> {
    return this.#memory.counted(what, this.counts[what] + count);
  }

  /** Runs something at the far end; nothing else may open sockets meanwhile. */
  async there<T>(run: () => T | Promise<T>): Promise<T> {
    enterNamespace(this.#there);
    try {
      return await run();
    } finally {
      enterNamespace(this.#here);
    }
  }

  /** Takes the near end's device down, of which its kernel knows, and brings it up again. */
  set isUp(up: boolean) {
    ip("link", "set", DEVICE, up ? "up" : "down");
    if (up) retransmitSoon();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#memory.end();
    await this.#ended;
    this.#worker.terminate();
    for (const fd of [...this.#devices, this.#here, this.#there]) close(fd);
  }
}

/** Gives the device of this namespace its address. */
function setUp(address: string): void {
  ip("link", "set", "lo", "up");
  ip("addr", "add", `${address}/24`, "dev", DEVICE);
  ip("link", "set", DEVICE, "up");
  retransmitSoon();
}

/** Lets TCP wait for milliseconds before it sends again, as the wire is short. */
function retransmitSoon(): void {
  ip("route", "change", "10.77.0.0/24", "dev", DEVICE, "rto_min", "5ms");
}

function ip(...args: string[]): void {
  const { success, stderr } = new Deno.Command("ip", { args }).outputSync();
  if (success) return;
  throw new Error(`ip ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
