import type { Command } from "commander";
import { appendFileSync, writeFileSync } from "node:fs";
import { bind } from "../../endpoints/bind.ts";
import type { StatsListener } from "../../interface/introspect/interface_stats.ts";
import { serve } from "../../interface/server/serve.ts";
import { errorText } from "../../internal/errors.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { CliIo } from "../cli_io.ts";
import {
  addWireOptions,
  wireConfig,
  type WireOptions,
} from "../connection_options.ts";
import { durationOption } from "../duration.ts";
import { CliError, exitCode } from "../exit_code.ts";
import { interfacesOfFile } from "../interface_source.ts";
import { jsonLine } from "../json_line.ts";
import {
  addCertificateOptions,
  certificateConfig,
  type CertificateOptions,
} from "../input/certificates.ts";
import { repeated } from "../input/repeated.ts";
import { repliesOf, type ReplyOptions } from "../stand_in/replies.ts";
import { type Received, StandIn } from "../stand_in/stand_in.ts";

interface ServeOptions extends WireOptions, ReplyOptions, CertificateOptions {
  readonly interface: string;
  readonly delay: number;
  readonly record?: string;
}

/** `fizyr serve`: a server that stands in for the real one. */
export function serveCommand(command: Command, io: CliIo): Command {
  return addCertificateOptions(addWireOptions(command))
    .summary("serve an interface in the place of the real server")
    .description(
      "Serve an interface in the place of the real server: a JSON line for each message that comes.",
    )
    .argument("<address>", "where to listen, such as tcp://127.0.0.1:1337")
    .requiredOption("--interface <file>", "a module or Rust source")
    .addOption(repeated("--reply <name=json>", "the response of a service"))
    .addOption(
      repeated("--update <name.update=json>", "an update before the response"),
    )
    .addOption(
      durationOption("--delay <time>", "the time before each response", "0s"),
    )
    .option("--record <file>", "write the lines there too")
    .addHelpText(
      "after",
      `
What no --reply answers is answered with the smallest value that the schema of the
response allows. Without a schema, as for structs of Rust, the answer is an error that
says so. @FILE in the place of JSON takes the value from a file. It describes itself, so
that all commands work on it. Ctrl-C ends it.

Examples:
  fizyr serve localhost:1337 --interface camera.ts --reply 'Camera.name="left"'
  fizyr serve unix:/run/cell.sock --interface camera.rs --record received.jsonl
  fizyr serve localhost:1337 --interface camera.ts --delay 5s \\
    --update 'Camera.record.state={"frame":1}' --reply Camera.record=@image.raw`,
    )
    .action(async (address: string, options: ServeOptions) => {
      // Hidden services are served too.
      const interfaces = await interfacesOfFile(options.interface);
      const replies = await repliesOf(interfaces, options, io);
      const standIn = new StandIn({
        ...{ replies, delay: options.delay },
        onReceived: recorder(options.record, io),
      });
      const served = interfaces.map((one) => standIn.implement(one));
      const program = { name: "fizyr serve" };
      await using listener = await bindTo(address, options, io);
      io.err(`Listening on ${withPort(address, listener.addr)}`);
      for (const { response } of replies.values()) {
        if ("missing" in response) io.err(response.missing);
      }
      const describe = { program, hidden: () => true };
      await listener.run(
        (peer) => serve(peer, ...served, { describe, stats: { listener } }),
        { signal: io.signal },
      );
      io.signal.throwIfAborted();
    });
}

/** What this uses of the listeners of all transports. */
interface AnyListener extends AsyncDisposable, StatsListener {
  readonly addr: object;
  run(
    handler: (peer: PeerHandle) => Promise<void>,
    options: { readonly signal: AbortSignal },
  ): Promise<void>;
}

async function bindTo(
  address: string,
  options: ServeOptions,
  io: CliIo,
): Promise<AnyListener> {
  const certificate = await certificateConfig(options);
  try {
    const listener: unknown = await bind(address, {
      ...wireConfig(address, options),
      ...certificate,
      // Ctrl-C doesn't wait for calls that go on.
      drainTimeout: 500,
      onError: (error: unknown) => io.err(errorText(error)),
    } as never);
    return listener as AnyListener;
  } catch (error) {
    const isUsage = error instanceof TypeError || error instanceof RangeError;
    throw new CliError(
      isUsage ? exitCode.USAGE : exitCode.NO_CONNECTION,
      isUsage ? errorText(error) : `${address}: ${errorText(error)}`,
    );
  }
}

/** Writes what comes to stdout, and to a file if one is given. */
function recorder(
  file: string | undefined,
  { out }: CliIo,
): (received: Received) => void {
  // Where it can't be written, that is known at once.
  if (file !== undefined) writeFileSync(file, "");
  return (received) => {
    const line = jsonLine({ time: new Date().toISOString(), ...received });
    out(line);
    if (file !== undefined) appendFileSync(file, `${line}\n`);
  };
}

/** An address with the port that was picked, if 0 was asked for. */
function withPort(address: string, addr: object): string {
  return "port" in addr
    ? address.replace(/:0(?=\/|$)/, `:${addr.port}`)
    : address;
}
