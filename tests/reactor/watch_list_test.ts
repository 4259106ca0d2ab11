/** How much one turn does, with the clock by hand. */
import { assert, assertEquals } from "@std/assert";
import { EPOLLIN } from "../../transports/libc/constants.ts";
import { type Poller, WatchList } from "../../transports/reactor/watch_list.ts";

/** Descriptors that are ready for good, and take time for each message. */
class Scene implements Poller {
  readonly told: number[] = [];
  readonly failed: [fd: number, error: unknown][] = [];
  readonly list: WatchList = new WatchList(this, () => this.now);
  now = 0;
  polls = 0;
  /** What epoll says instead of those that are ready. */
  refusal: Error | null = null;
  #ready: number[] = [];
  readonly #registered = new Set<number>();

  constructor(count: number, messages: number, cost: number) {
    for (let fd = 0; fd < count; fd++) this.watch(fd, messages, cost);
  }

  /** Watches one more, or a number again. */
  watch(fd: number, messages: number, cost: number): void {
    this.list.add({
      fd,
      onReady: () => {
        this.told.push(fd);
        this.now += messages * cost;
        return messages;
      },
      onFailed: (error) => this.failed.push([fd, error]),
      close: () => {},
    });
    this.list.want(fd, EPOLLIN);
  }

  add(fd: number): void {
    this.#registered.add(fd);
  }

  modify(): void {}

  remove(fd: number): void {
    this.#registered.delete(fd);
  }

  poll(): number {
    this.polls++;
    if (this.refusal !== null) throw this.refusal;
    this.#ready = [...this.#registered];
    return this.#ready.length;
  }

  fd(index: number): number {
    return this.#ready[index]!;
  }

  events(): number {
    return EPOLLIN;
  }

  /** One turn: who was told. */
  turn(): number[] {
    this.told.length = 0;
    this.list.tellReady(this.now);
    return [...this.told];
  }
}

const MICROSECOND = 0.001;

Deno.test("a turn that is quick tells all", () => {
  const scene = new Scene(200, 1, 0);
  assertEquals(scene.turn().length, 200);
});

Deno.test("a turn ends after 100 us, by a look every 32 messages", () => {
  // 32 messages take 32 us: the fourth look finds that the time is over.
  const scene = new Scene(200, 1, MICROSECOND);
  const first = scene.turn();
  assertEquals(first.length, 128);
  // The next one goes on behind it, and asks epoll for nothing new.
  assertEquals(scene.turn(), Array.from({ length: 72 }, (_, i) => 128 + i));
  assertEquals(scene.polls, 1);
});

Deno.test("one that brings much ends the turn, and all get theirs", () => {
  const scene = new Scene(5, 64, 10 * MICROSECOND);
  const turns = Array.from({ length: 5 }, () => scene.turn());
  assertEquals(turns, [[0], [1], [2], [3], [4]]);
});

Deno.test("busy ones leave turns to each other and to the rest", () => {
  const scene = new Scene(5, 64, 10 * MICROSECOND);
  const counts = new Map<number, number>();
  for (let i = 0; i < 100; i++) {
    const told = scene.turn();
    assertEquals(told.length, 1);
    for (const fd of told) counts.set(fd, (counts.get(fd) ?? 0) + 1);
  }
  const all = [...counts.values()];
  assertEquals(all.length, 5);
  assert(Math.min(...all) >= 10, `of 100 turns they had ${all}`);
});

Deno.test("those that are gone when it is their turn are told nothing", () => {
  const scene = new Scene(5, 64, 10 * MICROSECOND);
  assertEquals(scene.turn(), [0]);
  scene.list.delete(1);
  scene.list.drop(2, EPOLLIN);
  assertEquals(scene.turn(), [3]);
});

Deno.test("a number that is another descriptor's now isn't told what was found before", () => {
  const scene = new Scene(3, 64, 10 * MICROSECOND);
  assertEquals(scene.turn(), [0]);
  scene.list.delete(1);
  scene.watch(1, 64, 10 * MICROSECOND);
  assertEquals(scene.turn(), [2]);
  // Epoll is asked again now.
  const turns = Array.from({ length: 3 }, () => scene.turn());
  assertEquals(turns.flat(), [0, 2, 1]);
});

Deno.test("when epoll fails, all that are watched are told", () => {
  const scene = new Scene(2, 1, 0);
  assertEquals(scene.turn(), [0, 1]);
  scene.refusal = new Error("no epoll");
  assertEquals(scene.turn(), []);
  assertEquals(scene.failed, [[0, scene.refusal], [1, scene.refusal]]);
});
