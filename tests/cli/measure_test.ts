/** `fizyr bench` and `fizyr top`: what they measure and show. */
import { assert, assertEquals } from "@std/assert";
import { body, bytes, defineInterface, serve } from "../../interface/mod.ts";
import { connect, listen } from "../../mod.ts";
import { LatencyHistogram } from "../../cli/measure/latency_histogram.ts";
import { roundOf } from "../../cli/measure/stats_round.ts";
import { topPage } from "../../cli/measure/top_page.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { testWith } from "../support/permissions.ts";
import { z } from "../interface/support/schemas.ts";
import { fizyr, serveOn } from "./support.ts";

const Scale = defineInterface({
  name: "Scale",
  services: {
    echo: { id: 1, request: bytes, response: bytes },
    weigh: { id: 2, request: z.string(), response: z.number() },
    fail: { id: 3 },
    count: { id: 4, responseUpdates: { at: { id: 1, body: z.int() } } },
    tare: { id: 5, request: body<{ zero: number }>("Zero") },
  },
});

const scale = () =>
  Scale.implement({
    echo: (data) => data,
    weigh: (text) => text.length,
    fail: () => {
      throw new Error("no");
    },
    async *count() {
      yield { name: "at", body: 1 };
    },
    tare: () => {},
  });

testWith(
  "all",
  "bench makes so many calls, and tells their times",
  async () => {
    await using server = serveOn(scale());
    const { address } = server;
    const calls: [string[], string][] = [
      [["Scale.echo"], "Scale.echo"],
      [["weigh"], "Scale.weigh"],
      [["count"], "Scale.count"],
      [["tare", '{"zero":1}'], "Scale.tare"],
      [["--raw", "1", "--size", "100"], "service 1"],
      [[], "ping"],
    ];
    for (const [args, name] of calls) {
      const many = ["--count", "20", "--in-flight", "4"];
      const { code, out, err } = await fizyr([
        "bench",
        address,
        ...args,
        ...many,
      ]);
      assertEquals([code, out.length], [0, 1], err);
      const result = JSON.parse(out[0]!);
      assertEquals([result.name, result.inFlight], [name, 4]);
      assertEquals([result.calls, result.errors], [20, {}]);
      const { min, p50, p90, p99, p999, max, rate } = result;
      const sorted = [min, p50, p90, p99, p999, max];
      assertEquals(sorted.toSorted((a, b) => a - b), sorted);
      assert(min > 0 && rate > 0);
      assert(err.includes("<= ") && err.includes("####"), err);
    }
  },
);

testWith(
  "all",
  "bench counts error responses, and fails for others",
  async () => {
    await using server = serveOn(scale());
    const { address } = server;
    const few = ["--count", "3"];
    const failed = await fizyr(["bench", address, "fail", ...few]);
    assertEquals([failed.code, JSON.parse(failed.out[0]!).errors], [
      1,
      { failed: 3 },
    ]);
    const tare = await fizyr(["bench", address, "tare", ...few]);
    assertEquals(tare.code, 2);
    assert(tare.err.includes("Zero has no schema: give one"), tare.err);
    const long = await fizyr(["bench", address, "--size", "65", ...few]);
    assertEquals(long.code, 2);
    assert(long.err.includes("A ping has at most 64 bytes"), long.err);
  },
);

Deno.test("A histogram has a bar for each range between its ends", () => {
  const histogram = new LatencyHistogram();
  for (const ms of [0.04, 0.04, 0.04, 0.15, 1.7]) histogram.add(ms);
  assertEquals(histogram.lines(), [
    `  <= 0.05 ms   60.0 % ${"#".repeat(40)}`,
    "   <= 0.1 ms    0.0 %",
    `   <= 0.2 ms   20.0 % ${"#".repeat(14)}`,
    "   <= 0.5 ms    0.0 %",
    "     <= 1 ms    0.0 %",
    `     <= 2 ms   20.0 % ${"#".repeat(14)}`,
  ]);
  const { min, p50, max } = histogram.percentiles;
  assertEquals([min, p50].map((ms) => ms.toFixed(2)), ["0.04", "0.04"]);
  assertEquals(max.toFixed(2), "1.70");
});

testWith(
  "all",
  "top writes a line for each round where no terminal is",
  async () => {
    await using server = serveOn(scale(), { describe: true, stats: true });
    const { address } = server;
    await fizyr(["bench", address, "weigh", "--count", "5"]);
    const args = ["top", address, "--count", "2", "--interval", "1ms"];
    const { code, out } = await fizyr(args);
    assertEquals([code, out.length], [0, 2]);
    const { interfaces: [first] } = JSON.parse(out[0]!);
    assertEquals([first.name, first.connections], ["Scale", 1]);
    const weigh = first.services[1];
    assertEquals([weigh.name, weigh.calls, weigh.open], ["Scale.weigh", 5, 0]);
    assert(weigh.p50 > 0 && weigh.p99 >= weigh.p50);
    const second = JSON.parse(out[1]!).interfaces[0].services[1];
    assertEquals([second.rate, second.p50], [0, null]);

    await using plain = serveOn(scale());
    const refused = await fizyr(["top", plain.address]);
    assertEquals(refused.code, 1);
    assert(refused.err.includes("stats: true"), refused.err);
  },
);

testWith(
  "all",
  "top shows the connections of a server that tells",
  async () => {
    const listener = listen("tcp://127.0.0.1:0");
    const running = listener.run((peer) =>
      serve(peer, scale(), { stats: { listener } })
    );
    const address = `127.0.0.1:${listener.addr.port}`;
    await using _other = await connect(address);
    const args = ["top", address, "--count", "2", "--interval", "1ms"];
    const { code, out } = await fizyr(args);
    assertEquals(code, 0);
    const [other, own] = JSON.parse(out[1]!).connections;
    assertEquals([other.transport, other.open, other.received], ["tcp", 0, 0]);
    assert(/^127\.0\.0\.1:\d+$/.test(own.name), own.name);
    assert(own.received > 0 && own.sent > 0);
    assertEquals([own.open, own.isPaused], [1, false]);
    listener.close();
    await listener.shutdown({ grace: 0 });
    await running;
  },
);

Deno.test("A page has a line for each connection", () => {
  const connection = {
    ...{ name: "127.0.0.1:4000", transport: "tcp", age: 3, received: 1.5 },
    ...{ sent: 2, open: 1, queued: 512, isPaused: true },
  };
  const options = { columns: 100, rows: 20, colors: false };
  const round = { interfaces: [], connections: [connection] };
  const lines = topPage("localhost:1337", round, options);
  assert(lines.some((line) => line.startsWith("connection")));
  assert(
    lines.includes(
      "127.0.0.1:4000        tcp         3       1.5       2.0         1       512    paused",
    ),
    lines.join("\n"),
  );
});

for (const [key, code] of [["q", 0], ["\x03", 130]] as const) {
  testWith(
    "all",
    `top takes a terminal until ${code === 0 ? "q" : "Ctrl-C"}`,
    async () => {
      await using server = serveOn(scale(), { stats: true });
      const shown: string[] = [];
      const pressed = Promise.withResolvers<void>();
      const terminal: Terminal = {
        ...{ columns: 100, rows: 20, colors: false },
        write(text) {
          shown.push(text);
          if (text.includes("Scale, 1 connected")) pressed.resolve();
        },
        async *keys() {
          await pressed.promise;
          yield key;
        },
      };
      const { out, ...ended } = await fizyr(["top", server.address], {
        terminal,
      });
      assertEquals([ended.code, out], [code, []]);
      // The other screen is opened, and closed again.
      assert(shown[0]?.includes("?1049h"));
      assert(shown.at(-1)?.includes("?1049l"));
    },
  );
}

Deno.test("A page is cut to its terminal", () => {
  const service = {
    ...{ calls: 12, open: 1, errors: 0 },
    durations: { bounds: [1, 5], counts: [9, 2, 0], sum: 12, max: 3.5 },
  };
  const services = Array.from({ length: 30 }, (_, id) => ({
    ...service,
    ...{ id, name: `service${id}`, errors: id === 0 ? { failed: 2 } : {} },
  }));
  const rounds = roundOf(
    { interfaces: [{ name: "Cell", connections: 3, services }] },
    null,
    1,
  );
  assertEquals(rounds[0]?.services[0], {
    ...{ name: "Cell.service0", calls: 12, rate: 0, open: 1, errors: 2 },
    ...{ p50: 1, p99: 3.5, max: 3.5 },
  });
  const round = { interfaces: rounds, connections: null };
  const options = { columns: 100, rows: 12, colors: false };
  const lines = topPage("localhost:1337", round, options);
  assertEquals(lines.length, 11);
  assert(lines.every((line) => line.length < 100), lines.join("\n"));
  assert(lines.at(-1)?.startsWith("24 more lines"), lines.at(-1));
  const narrow = topPage("x", round, { ...options, columns: 40 });
  assert(narrow.every((line) => line.length < 40));
});
