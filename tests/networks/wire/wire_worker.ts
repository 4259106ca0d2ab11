/** Moves packets between two TUN devices, and does to them what its memory says. */
import { Prng } from "../../fuzz/prng.ts";
import { readPacket, waitForPackets, writePacket } from "./kernel.ts";
import { isIpv4, packetTooBig } from "./packet_too_big.ts";
import { type Faults, WireMemory } from "./wire_memory.ts";

/** What the thread is started with. */
export interface WireStart {
  readonly memory: SharedArrayBuffer;
  readonly devices: readonly [number, number];
  readonly seed: number;
}

interface UnderWay {
  readonly packet: Uint8Array<ArrayBuffer>;
  readonly to: number;
  readonly due: number;
  /** When it set out, among those in its direction. */
  readonly number: number;
}

/** How long it waits for packets before it looks whether it is to end, in milliseconds. */
const LONGEST_WAIT = 20;

// The scope of a worker, which isn't among the types here.
const scope = globalThis as unknown as Worker & { close(): void };
scope.onmessage = ({ data }: MessageEvent<WireStart>) => {
  new Wire(data).run();
  scope.postMessage("over");
  scope.close();
};

class Wire {
  readonly #memory: WireMemory;
  readonly #devices: readonly [number, number];
  readonly #prng: Prng;
  #underWay: UnderWay[] = [];
  #number = 0;
  readonly #delivered = new Map<number, number>();

  constructor({ memory, devices, seed }: WireStart) {
    this.#memory = new WireMemory(memory);
    this.#devices = devices;
    this.#prng = new Prng(seed);
  }

  run(): void {
    const [a, b] = this.#devices;
    while (!this.#memory.isOver) {
      waitForPackets(this.#devices, this.#wait());
      this.#take(a, b);
      this.#take(b, a);
      this.#deliver();
    }
  }

  /** How long nothing is due, at most. */
  #wait(): number {
    const now = performance.now();
    const waits = this.#underWay.map(({ due }) => Math.ceil(due - now));
    return Math.max(0, Math.min(LONGEST_WAIT, ...waits));
  }

  /** Takes the packets that one end has sent. */
  #take(from: number, to: number): void {
    let packet = readPacket(from);
    for (; packet !== null; packet = readPacket(from)) {
      // The other protocol's kernel looks for neighbours.
      if (isIpv4(packet)) this.#send(packet, from, to, this.#memory.faults);
    }
  }

  #send(
    packet: Uint8Array<ArrayBuffer>,
    from: number,
    to: number,
    faults: Faults,
  ): void {
    if (faults.down === 1) return this.#memory.count("swallowed");
    if (packet.length > faults.mtu) {
      this.#memory.count("refused");
      return writePacket(from, packetTooBig(packet, faults.mtu));
    }
    if (this.#oneOf(faults.loss)) return this.#memory.count("lost");
    if (this.#oneOf(faults.damage)) {
      this.#memory.count("damaged");
      const bit = this.#prng.int(0, 8 * packet.length - 1);
      packet[bit >> 3]! ^= 1 << (bit & 7);
    }
    this.#schedule(packet, to, faults);
    if (!this.#oneOf(faults.duplicates)) return;
    this.#memory.count("duplicated");
    this.#schedule(packet, to, faults);
  }

  #schedule(
    packet: Uint8Array<ArrayBuffer>,
    to: number,
    { latency, jitter }: Faults,
  ): void {
    const due = performance.now() + latency + this.#prng.int(0, jitter);
    this.#underWay.push({ packet, to, due, number: ++this.#number });
  }

  /** Hands over what is due, earliest first. */
  #deliver(): void {
    const now = performance.now();
    const due = this.#underWay.filter((one) => one.due <= now);
    if (due.length === 0) return;
    this.#underWay = this.#underWay.filter((one) => one.due > now);
    due.sort((a, b) => a.due - b.due);
    for (const { packet, to, number } of due) {
      const last = this.#delivered.get(to) ?? 0;
      if (number < last) this.#memory.count("overtaken");
      else this.#delivered.set(to, number);
      writePacket(to, packet);
      this.#memory.count("delivered");
    }
  }

  #oneOf(perMille: number): boolean {
    return this.#prng.int(1, 1000) <= perMille;
  }
}
