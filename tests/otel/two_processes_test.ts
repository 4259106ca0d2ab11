/** Traces over two processes, by Deno's own OpenTelemetry and a collector on loopback. */
import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { testWith } from "../support/permissions.ts";
import { QUIET } from "../support/quiet.ts";
import { Collector } from "./collector.ts";

const CLIENT = 3, SERVER = 2, ERROR = 2;

function argsOf(name: string): string[] {
  const url = new URL(`./${name}_child.ts`, import.meta.url);
  return ["run", "-A", "--no-check", "--quiet", url.href];
}

testWith(
  "all",
  "OpenTelemetry: spans of two processes are one trace, with durations and figures as metrics",
  async () => {
    await using collector = new Collector();
    const server = new Deno.Command(Deno.execPath(), {
      args: argsOf("server"),
      env: { ...QUIET, ...collector.env("server") },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const lines = server.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    let port = 0;
    for await (const line of lines) {
      port = JSON.parse(line).port;
      break;
    }
    const measured = collector.whenMeasured("server", "fizyr.rpc.connections");
    const client = new Deno.Command(Deno.execPath(), {
      args: [...argsOf("client"), `${port}`],
      env: { ...QUIET, ...collector.env("client") },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    await measured;
    await client.stdin.close();
    const { code, stdout } = await client.output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, '"3 frames"\n']);
    // What is pending is sent before a program ends by itself.
    assertEquals((await server.status).code, 0);

    const { shift, ...calls } = collector.spansOf("client");
    const { expose, ...handlers } = collector.spansOf("server");
    assert(shift !== undefined && expose !== undefined);
    for (const method of ["Camera/record", "Camera/fail"]) {
      const call = calls[method], handler = handlers[method];
      assert(call !== undefined && handler !== undefined, method);
      assertEquals([call.kind, handler.kind], [CLIENT, SERVER]);
      assertEquals(call.traceId, shift.traceId);
      assertEquals(call.parentSpanId, shift.spanId);
      assertEquals(handler.traceId, shift.traceId);
      assertEquals(handler.parentSpanId, call.spanId);
      for (const { attributes } of [call, handler]) {
        assertEquals(attributes["rpc.system.name"], "fizyr_rpc");
        assertEquals(attributes["rpc.method"], method);
        assertEquals(attributes["network.transport"], "tcp");
        assertEquals(attributes["server.address"], "127.0.0.1");
        assertEquals(Number(attributes["server.port"]), port);
      }
    }
    assertEquals(expose.parentSpanId, handlers["Camera/record"]!.spanId);
    const failed = calls["Camera/fail"]!;
    assertEquals(failed.status?.code, ERROR);
    assertEquals(failed.attributes["error.type"], "failed");
    assertEquals(failed.attributes["rpc.response.status_code"], "failed");
    assertEquals(handlers["Camera/fail"]!.status, {
      code: ERROR,
      message: "no film",
    });

    for (const side of ["client", "server"]) {
      const durations = collector.metricsOf(side, `rpc.${side}.call.duration`);
      assertEquals(durations[0]?.unit, "s");
      const points = durations.flatMap(({ points }) => points);
      const methods = new Set(points.map((point) => point["rpc.method"]));
      assertEquals(methods, new Set(["Camera/record", "Camera/fail"]));
    }
    for (
      const name of [
        "connections",
        "connections.accepted",
        "queue.size",
        "pauses",
        "messages",
      ]
    ) {
      const [metric] = collector.metricsOf("server", `fizyr.rpc.${name}`);
      assertEquals(metric?.points[0]?.cell, "north", name);
    }
  },
);
