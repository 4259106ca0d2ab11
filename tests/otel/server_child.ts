/** A server that is traced: writes its port, serves one connection, and ends. */
import { trace } from "@opentelemetry/api";
import { bind } from "../../mod.ts";
import { serve } from "../../interface/mod.ts";
import { observeListener, traceHandlers } from "../../otel/mod.ts";
import { Camera } from "./camera.ts";

const camera = Camera.implement({
  record: (frames) =>
    trace.getTracer("camera").startActiveSpan("expose", (span) => {
      span.end();
      return `${frames} frames`;
    }),
  fail: () => {
    throw new Error("no film");
  },
});

await using listener = await bind("tcp://127.0.0.1:0", {
  onError: () => {},
});
// Not disposed: figures are collected once more when the program ends.
observeListener(listener, { attributes: { cell: "north" } });
console.log(JSON.stringify({ port: listener.addr.port }));
const peer = await listener.accept();
await serve(peer, camera, { intercept: [traceHandlers()] });
