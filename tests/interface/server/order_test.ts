/** The order in which handlers start. */
import { assertEquals } from "@std/assert";
import { type BodySchema, defineInterface } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";

/** Bodies whose check takes as long as the test wants. */
class Gates {
  readonly #gates = new Map<number, PromiseWithResolvers<void>>();
  /** Numbers below 10 wait at their gate; negative ones are then invalid. */
  readonly schema: BodySchema<number> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => {
        const number = value as number;
        if (number >= 10) return { value: number };
        return this.#gate(number).promise.then(() =>
          number < 0 ? { issues: [{ message: "negative" }] } : { value: number }
        );
      },
    },
  };

  open(number: number): void {
    this.#gate(number).resolve();
  }

  #gate(number: number): PromiseWithResolvers<void> {
    let gate = this.#gates.get(number);
    if (gate === undefined) {
      gate = Promise.withResolvers();
      this.#gates.set(number, gate);
    }
    return gate;
  }
}

conformance(
  "handlers start in the order of arrival, however long schemas take",
  async (scene) => {
    const gates = new Gates();
    const Arm = defineInterface({
      name: "Arm",
      services: {
        ask: { id: 1, request: gates.schema, response: gates.schema },
      },
      streams: { move: { id: 1, body: gates.schema }, stop: { id: 2 } },
    });
    const started: (number | string)[] = [];
    const never = new Promise<void>(() => {});
    const [client, server] = await scene.pair({
      right: { onError: () => {} },
    });
    Arm.serve(server, {
      ask: (number) => {
        started.push(number);
        return 10;
      },
      move(number) {
        started.push(number);
        // Nobody waits for the end of another one.
        return never;
      },
      stop: () => void started.push("stop"),
    });
    const arm = Arm.client(client);
    await arm.move(1);
    const asks = [arm.ask(2), arm.ask(20)];
    await arm.move(3);
    await arm.move(-1);
    await arm.stop();
    await arm.move(30);
    const invalid = arm.ask(-2);
    const last = arm.ask(4);
    // The other way round than they have come.
    for (const number of [4, -2, -1, 3, 2]) {
      gates.open(number);
      await Promise.resolve();
    }
    await rejectsWith("remote-error", () => Promise.race([invalid, last]));
    assertEquals(started, []);
    gates.open(1);
    await Promise.all([...asks, last]);
    assertEquals(started, [1, 2, 20, 3, "stop", 30, 4]);
    await arm.stop();
    await arm.ask(40);
    assertEquals(started.slice(7), ["stop", 40]);
  },
);
