/** A service over NATS, and clients of it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { headers } from "@nats-io/nats-core";
import { Svcm } from "@nats-io/services";
import type { NatsConnection as Nats } from "@nats-io/transport-node";
import { RpcError } from "../../mod.ts";
import type { HandlersOf } from "../../interface/mod.ts";
import { service, serviceClient } from "../../nats/mod.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { Camera } from "./camera.ts";
import { connectNats } from "./support.ts";

/** Handlers that do what most tests need. */
function handlers(
  own: Partial<HandlersOf<typeof Camera>> = {},
): HandlersOf<typeof Camera> {
  return {
    expose: (n) => `image ${n}`,
    async *record({ frames }) {
      if (frames === 0) throw new Camera.errors.record.dark({ lux: 3 });
      for (let i = 1; i <= frames; i++) yield { name: "state", body: i };
      return "done";
    },
    async follow(_nothing, request) {
      const targets: number[] = [];
      for await (const { body } of request.updates()) {
        targets.push(body);
        if (body === 0) break;
      }
      return targets;
    },
    wait: () => new Promise<string>(() => {}),
    hint() {},
    ...own,
  };
}

testWithNats(
  "requests, updates both ways and errors are as over a connection",
  async () => {
    await using nats = await NatsServer.start();
    await using there = await connectNats(nats);
    await using here = await connectNats(nats);
    await using _service = await service(there, Camera.implement(handlers()));
    await using camera = serviceClient(here, Camera);

    assertEquals(await camera.expose(7), "image 7");
    const recording = await camera.record({ frames: 3 });
    const states: number[] = [];
    for await (const { body } of recording.updates()) states.push(body);
    assertEquals(states, [1, 2, 3]);
    assertEquals(await recording.response(), "done");

    const following = await camera.follow();
    for (const n of [3, 2, 1, 0]) await following.send.target(n);
    assertEquals(await following.response(), [3, 2, 1, 0]);

    const dark = await camera.record({ frames: 0 });
    const error = await assertRejects(
      () => dark.response(),
      Camera.errors.record.dark,
    );
    assertEquals(error.data, { lux: 3 });
  },
);

testWithNats("many requests at once, in any order", async () => {
  await using nats = await NatsServer.start();
  await using there = await connectNats(nats);
  await using here = await connectNats(nats);
  await using _service = await service(there, Camera.implement(handlers()));
  await using camera = serviceClient(here, Camera);
  const answers = await Promise.all(
    Array.from({ length: 3000 }, (_, i) => camera.expose(i)),
  );
  assertEquals(answers, answers.map((_, i) => `image ${i}`));
});

testWithNats(
  "nobody serves it: unavailable at once, and nothing was run",
  async () => {
    await using nats = await NatsServer.start();
    await using here = await connectNats(nats);
    await using camera = serviceClient(here, Camera);
    const error = await assertRejects(() => camera.expose(1), RpcError);
    assertEquals([error.reason, error.outcome], ["unavailable", "refused"]);
    assertEquals(
      error.message,
      "Camera.expose: nobody serves Camera.expose on NATS",
    );
  },
);

testWithNats("a cancel and a deadline reach the handler", async () => {
  await using nats = await NatsServer.start();
  await using there = await connectNats(nats);
  await using here = await connectNats(nats);
  const begun: AbortSignal[] = [];
  let began = Promise.withResolvers<void>();
  const wait: HandlersOf<typeof Camera>["wait"] = (_nothing, request) => {
    begun.push(request.signal);
    began.resolve();
    return new Promise((_resolve, reject) =>
      request.signal.addEventListener(
        "abort",
        () => reject(request.signal.reason),
      )
    );
  };
  await using _service = await service(
    there,
    Camera.implement(handlers({ wait })),
  );
  await using camera = serviceClient(here, Camera);
  const stop = new AbortController();
  const waiting = camera.wait({ signal: stop.signal });
  await began.promise;
  stop.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await aborted(begun[0]!);

  began = Promise.withResolvers();
  const limited = camera.wait({ timeout: 200, metadata: { "é": "\n" } });
  const over = assertRejects(() => limited, RpcError);
  await began.promise;
  await aborted(begun[1]!);
  assertEquals((await over).code, "deadline-exceeded");
});

function aborted(signal: AbortSignal): Promise<unknown> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", resolve));
}

testWithNats("tools of NATS find it, ask it and see its figures", async () => {
  await using nats = await NatsServer.start();
  await using there = await connectNats(nats);
  await using here = await connectNats(nats);
  await using instance = await service(there, Camera.implement(handlers()), {
    subject: "cell.left",
    version: "1.2.0",
    description: "The left one",
    metadata: { lens: "8 mm" },
  });
  const plain = here as unknown as Nats;

  const answer = await plain.request("cell.left.expose", "5");
  assertEquals(answer.string(), `"image 5"`);
  const wrong = await plain.request("cell.left.record", `{"frames":0}`, {
    timeout: 1000,
    headers: headers(),
  });
  assertEquals(wrong.headers?.get("Nats-Service-Error-Code"), "500");
  assertEquals(
    wrong.headers?.get("Nats-Service-Error"),
    "dark: dark",
  );
  assertEquals(wrong.json(), { lux: 3 });

  const client = new Svcm(
    plain as unknown as ConstructorParameters<typeof Svcm>[0],
  ).client();
  const [info] = await Array.fromAsync(await client.info("Camera"));
  assertEquals(
    [info?.name, info?.id, info?.version, info?.description],
    ["Camera", instance.id, "1.2.0", "The left one"],
  );
  assertEquals(info?.metadata, { lens: "8 mm" });
  assertEquals(
    info?.endpoints.map(({ name, subject, queue_group, metadata }) => [
      name,
      subject,
      queue_group,
      metadata,
    ]),
    ["expose", "record", "follow", "wait"].map((name, i) => [
      name,
      `cell.left.${name}`,
      "q",
      { "fizyr-rpc-id": `${i + 1}` },
    ]),
  );
  const [stats] = await Array.fromAsync(await client.stats("Camera"));
  const [exposed, recorded] = stats!.endpoints!;
  assertEquals([exposed!.num_requests, exposed!.num_errors], [1, 0]);
  assertEquals([recorded!.num_requests, recorded!.num_errors], [1, 1]);
  assertEquals(recorded!.last_error, "dark: dark");
  assert(exposed!.processing_time > 0);
  assertEquals(exposed!.average_processing_time, exposed!.processing_time);
});

testWithNats(
  "instances share the requests; one that stops finishes its own",
  async () => {
    await using nats = await NatsServer.start();
    await using there = await connectNats(nats);
    await using here = await connectNats(nats);
    const counts = [0, 0];
    const finish = Promise.withResolvers<string>();
    const began = Promise.withResolvers<void>();
    const instances = await Promise.all(
      counts.map((_, i) =>
        service(
          there,
          Camera.implement(handlers({
            expose: () => `${counts[i]!++}`,
            wait: () => {
              began.resolve();
              return finish.promise;
            },
          })),
        )
      ),
    );
    await using stack = new AsyncDisposableStack();
    for (const instance of instances) stack.use(instance);
    await using camera = serviceClient(here, Camera);
    while (counts.includes(0)) await camera.expose(1);

    const waiting = camera.wait();
    await began.promise;
    const stopped = Promise.all(instances.map((instance) => instance.stop()));
    // Both have left the queue group by the time that nobody answers any more.
    for (;;) {
      const error = await camera.expose(1).then(() => null, (error) => error);
      if (error === null) continue;
      assertEquals([error.reason, error.outcome], ["unavailable", "refused"]);
      break;
    }
    finish.resolve("finished");
    assertEquals(await waiting, "finished");
    await stopped;
  },
);
