/** A client that is traced: calls the server whose port it is given, and ends. */
import { trace } from "@opentelemetry/api";
import { connect } from "../../mod.ts";
import { traceCalls } from "../../otel/mod.ts";
import { Camera } from "./camera.ts";

await using peer = await connect(`tcp://127.0.0.1:${Deno.args[0]}`);
const camera = Camera.client(peer, { intercept: [traceCalls()] });
await trace.getTracer("client").startActiveSpan("shift", async (span) => {
  console.log(JSON.stringify(await camera.record(3)));
  await camera.fail().catch(() => {});
  span.end();
});
// The connection stays until the test has seen it.
await Deno.stdin.read(new Uint8Array(1));
