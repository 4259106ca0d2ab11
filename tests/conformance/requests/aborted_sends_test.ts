/** Many that wait with signals: one listener each, none left, and the order of the others. */
import { assert, assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { CountingSignal } from "../../support/counting_signal.ts";
import { RpcError } from "../../../mod.ts";
import { nextStream } from "../../support/expect.ts";
import { until } from "../../support/stats.ts";

const MANY = 500;

conformance(
  "however many calls share a signal, it has one listener, and none at the end",
  async (scene) => {
    const [client, server] = await scene.pair({
      maxOpenSentRequests: MANY / 5,
      writeQueueBytes: 2000,
    });
    const serving = server.serve({
      1: (_request, body) => body,
      2: (request) => request.sendErrorResponse("no"),
    });
    const counting = new CountingSignal();
    const { signal } = counting;
    const calls = Array.from({ length: MANY }, (_, i) => {
      const service = 1 + i % 2;
      return client.call(service, `${i}`, { signal })
        .then((message) => message.text(), ({ code }) => code);
    });
    const results = await Promise.all(calls);
    for (const [i, result] of results.entries()) {
      assertEquals(result, i % 2 === 0 ? `${i}` : "remote-error");
    }
    assertEquals([counting.most, counting.listeners], [1, 0]);
    await client.close();
    await serving;
  },
);

conformance(
  "one signal ends all calls that wait, wherever they do, and leaves no listener",
  async (scene) => {
    const [client, raw] = await scene.raw({
      maxOpenSentRequests: 10,
      onError: () => {},
    });
    const counting = new CountingSignal();
    const { signal } = counting;
    const calls = Array.from(
      { length: MANY },
      () => client.call(1, "", { signal }).then(() => null, (error) => error),
    );
    for (let i = 0; i < 10; i++) await raw.recv();
    assertEquals(counting.listeners, 1);
    const reason = new Error("enough");
    counting.abort(reason);
    for (const error of await Promise.all(calls)) assertEquals(error, reason);
    assertEquals([counting.most, counting.listeners], [1, 0]);
    for (let id = 0; id < 10; id++) await raw.send(1, id, 1);
    await until(
      scene,
      client,
      ({ openSentRequests }) => openSentRequests === 0,
    );
  },
);

conformance(
  "sends that wait for room and are aborted leave the order of the others",
  async (scene) => {
    const [client, server] = await scene.pair({ writeQueueBytes: 1 });
    const shared = new CountingSignal();
    const own = Array.from({ length: MANY }, () => new CountingSignal());
    const results: Promise<string>[] = [];
    for (let i = 0; i < MANY; i++) {
      const signal = i % 3 === 1
        ? shared.signal
        : i % 3 === 2
        ? own[i]!.signal
        : undefined;
      results.push(
        client.sendStream(i, "", { signal }).then(
          () => "sent",
          (reason) => reason,
        ),
      );
    }
    shared.abort("shared");
    for (let i = 2; i < MANY; i += 6) own[i]!.abort("own");
    const all = await Promise.all(results);
    await client.sendStream(MANY, "");
    for (const [i, result] of all.entries()) {
      const expected = i > 1 && i % 3 === 1
        ? "shared"
        : i % 6 === 2
        ? "own"
        : "sent";
      // The first ones find room.
      if (i < 3) continue;
      assertEquals(result, expected, `${i}`);
    }
    for (const [i, result] of [...all, "sent"].entries()) {
      if (result !== "sent") continue;
      assertEquals((await nextStream(server)).header.serviceId, i);
    }
    for (const counting of [shared, ...own]) {
      assert(counting.most <= 1);
      assertEquals(counting.listeners, 0);
    }
  },
);

conformance(
  "updates that wait for room with one signal share a listener, and end with their request",
  async (scene) => {
    const [client, raw] = await scene.raw({
      writeQueueBytes: 1,
      onError: () => {},
    });
    const shared = new CountingSignal();
    const request = await client.sendRequest(1, "");
    const ended = await client.sendRequest(2, "");
    await raw.recv();
    await raw.recv();
    const outcomes = (of: typeof request, signal: AbortSignal) =>
      Array.from({ length: MANY }, () =>
        of.sendUpdate(1, "", { signal }).then(
          () => "sent",
          (reason) => reason instanceof RpcError ? reason.code : reason,
        ));
    // In one turn, so that nothing of them is written yet.
    const aborted = outcomes(request, shared.signal);
    const own = new CountingSignal();
    const over = outcomes(ended, own.signal);
    assertEquals([shared.listeners, own.listeners], [1, 1]);
    shared.abort("enough");
    await raw.send(1, 1, 1);
    const response = ended.recvResponse();
    const all = await Promise.all(aborted);
    assert(all.slice(2).every((outcome) => outcome === "enough"), `${all}`);
    for (const outcome of await Promise.all(over)) {
      assert(["sent", "request-closed"].includes(outcome), `${outcome}`);
    }
    await response;
    assertEquals([shared.listeners, own.listeners], [0, 0]);
    assertEquals([shared.most, own.most], [1, 1]);
    await raw.send(1, 0, 1);
    await request.recvResponse();
  },
);

conformance(
  "what waits to receive with one signal has one listener, and the others go on",
  async (scene) => {
    const [client, server] = await scene.pair();
    const counting = new CountingSignal();
    const { signal } = counting;
    const doomed = Array.from(
      { length: MANY },
      () => server.recvMessage({ signal }).then(() => null, (reason) => reason),
    );
    const other = nextStream(server);
    assertEquals(counting.listeners, 1);
    counting.abort("enough");
    for (const reason of await Promise.all(doomed)) {
      assertEquals(reason, "enough");
    }
    assertEquals(counting.listeners, 0);
    await client.sendStream(7, "");
    assertEquals((await other).header.serviceId, 7);
  },
);
