/**
 * Runs the scenarios in a network namespace of its own; the argument is a seed. Prints a
 * line of JSON for each: the transport, the scenario, and `ok` or what is wrong.
 */
import { deadline } from "@std/async";
import { HANGS_AFTER } from "../support/hangs_after.ts";
import { LONG } from "../support/suite/long.ts";
import { cells } from "./scenarios.ts";
import { NETWORK_TRANSPORTS } from "./server.ts";
import { Network } from "./wire/network.ts";

await using network = new Network(Number(Deno.args[0]));
for (const { transport, name, scenario } of cells(NETWORK_TRANSPORTS, LONG)) {
  await network.reset();
  let result = "ok";
  try {
    await deadline(scenario(network, transport), HANGS_AFTER);
  } catch (error) {
    result = Deno.inspect(error);
  }
  console.log(JSON.stringify([transport.name, name, result]));
}
