import type { Command } from "commander";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerStats } from "../../interface/introspect/interface_stats.ts";
import { serverStats } from "../../interface/introspect/server_stats.ts";
import { isInstance } from "../../internal/errors.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectTo,
} from "../connection_options.ts";
import { durationOption } from "../duration.ts";
import { CliError, exitCode } from "../exit_code.ts";
import { readCount } from "../input/read_count.ts";
import { jsonLine } from "../json_line.ts";
import { connectionRounds } from "../measure/connection_round.ts";
import { roundOf } from "../measure/stats_round.ts";
import { topPage, type TopRound } from "../measure/top_page.ts";
import { TopScreen } from "../measure/top_screen.ts";
import type { Terminal } from "../terminal.ts";

interface TopOptions extends ConnectionOptions {
  readonly interval: number;
  readonly count?: number;
  readonly hidden?: boolean;
}

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 10_000;

/** `fizyr top`: what the services of a server do, live. */
export function topCommand(command: Command, io: CliIo): Command {
  return addConnectionOptions(command)
    .summary("watch the connections and services of a server")
    .description(
      "Show the connections and services of a server, again and again: a table on a terminal, elsewhere a JSON line for each round. Times are milliseconds, of the calls that ended in the round.",
    )
    .argument("<address>", "the server, such as tcp://localhost:1337")
    .addOption(
      durationOption("--interval <time>", "the time from round to round", "1s"),
    )
    .option("--count <n>", "end after so many rounds", readCount)
    .option("--hidden", "what is hidden too, if the server allows it")
    .addHelpText(
      "after",
      `
q or Ctrl-C ends it. The server has to serve with stats: true; with stats: { listener }
it tells of each connection too, of which this is one. It counts calls in buckets of durations, so a percentile is the upper end of
one.

Examples:
  fizyr top localhost:1337
  fizyr top localhost:1337 --interval 10s | jq -c '.interfaces[].services[]'`,
    )
    .action(async (address: string, options: TopOptions) => {
      await using peer = await connectTo(address, options, io);
      const { terminal } = io;
      if (terminal) await runOnTerminal(peer, address, options, terminal, io);
      else {
        await run(peer, options, io.signal, (round) => {
          const time = new Date().toISOString();
          io.out(jsonLine({ time, ...round }));
        });
      }
    });
}

async function runOnTerminal(
  peer: PeerHandle<Body, unknown>,
  address: string,
  options: TopOptions,
  terminal: Terminal,
  io: CliIo,
): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([io.signal, ended.signal]);
  const key = untilQuit(terminal, signal, ended);
  try {
    using screen = new TopScreen(terminal);
    await run(peer, options, signal, (round) => {
      screen.show(topPage(`${address}   ${clock()}`, round, terminal));
    });
  } catch (error) {
    if (error !== QUIT) throw error;
  } finally {
    ended.abort(QUIT);
    await key;
  }
}

/** The reason of an end that was asked for. */
const QUIT = new CliError(exitCode.SUCCESS);

async function untilQuit(
  { keys }: Terminal,
  signal: AbortSignal,
  ended: AbortController,
): Promise<void> {
  for await (const key of keys(signal)) {
    if (key === "q") ended.abort(QUIT);
    // Ctrl-C, which is a key where each is read at once.
    if (key === "\x03") {
      ended.abort(new CliError(exitCode.INTERRUPTED, "Interrupted"));
    }
    if (ended.signal.aborted) return;
  }
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}

async function run(
  peer: PeerHandle<Body, unknown>,
  { interval, count = Infinity, hidden }: TopOptions,
  signal: AbortSignal,
  onRound: (round: TopRound) => void,
): Promise<void> {
  let before: ServerStats | null = null;
  let at = performance.now();
  for (let round = 1; round <= count; round++) {
    if (round > 1) await sleep(interval, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    const now = await statsOf(peer, hidden, signal);
    const then = performance.now();
    const seconds = (then - at) / 1000;
    onRound({
      interfaces: roundOf(now, before, seconds),
      connections: connectionRounds(now, before, seconds),
    });
    [before, at] = [now, then];
  }
}

async function statsOf(
  peer: PeerHandle<Body, unknown>,
  hidden: boolean | undefined,
  signal: AbortSignal,
): Promise<ServerStats> {
  try {
    return await serverStats(peer, { hidden, signal, timeout: TIMEOUT });
  } catch (error) {
    const isUnknown = isInstance(error, RpcError) &&
      error.reason === "unknown-service";
    throw isUnknown ? new CliError(exitCode.FAILED, error.message) : error;
  }
}
