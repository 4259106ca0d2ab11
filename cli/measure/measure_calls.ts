import { isInstance } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import { CliError, exitCode } from "../exit_code.ts";
import type { BenchCall } from "./bench_call.ts";
import { LatencyHistogram } from "./latency_histogram.ts";

/** How much is measured. */
export interface RunOptions {
  /** How many calls are open at a time. */
  readonly inFlight: number;
  /** How long calls are begun, in milliseconds. */
  readonly time: number;
  /** How many calls are made at most. */
  readonly count: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Is told how far it is. */
  readonly onProgress: (calls: number, seconds: number) => void;
}

/** What was measured. */
export interface BenchResult {
  readonly calls: number;
  /** Error responses by reason. */
  readonly errors: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly latencies: LatencyHistogram;
}

/** How often it is told how far it is, in milliseconds. */
const PROGRESS = 250;
/** How long no call may end, in milliseconds. */
const STANDSTILL = 10_000;

/**
 * Makes calls, so many at a time, and measures each.
 *
 * @throws {CliError} If no call ends for 10 s.
 * @throws What ends the connection.
 */
export async function measureCalls(
  call: BenchCall,
  { inFlight, time, count, signal, onProgress }: RunOptions,
): Promise<BenchResult> {
  const latencies = new LatencyHistogram();
  const errors: Record<string, number> = {};
  const stalled = new AbortController();
  const either = AbortSignal.any([signal, stalled.signal]);
  let begun = 0, calls = 0;
  const start = performance.now();
  const callOn = async (): Promise<void> => {
    while (begun < count && performance.now() - start < time) {
      begun++;
      const at = performance.now();
      try {
        await call(either);
      } catch (error) {
        if (!isInstance(error, RpcError) || error.code !== "remote-error") {
          // The others would go on without it.
          stalled.abort(error);
          throw error;
        }
        const { reason } = error;
        errors[reason ?? "failed"] = (errors[reason ?? "failed"] ?? 0) + 1;
      }
      latencies.add(performance.now() - at);
      calls++;
    }
  };
  let seen = 0, seenAt = start;
  const timer = setInterval(() => {
    const now = performance.now();
    onProgress(calls, (now - start) / 1000);
    if (calls > seen) [seen, seenAt] = [calls, now];
    if (now - seenAt < STANDSTILL) return;
    const text = `No call has ended within ${STANDSTILL / 1000} s`;
    stalled.abort(new CliError(exitCode.DEADLINE, text));
  }, PROGRESS);
  try {
    const running = Array.from({ length: inFlight }, callOn);
    // All of them have ended then, and none is left behind.
    const ended = await Promise.allSettled(running);
    const failed = ended.find(({ status }) => status === "rejected");
    if (either.aborted) throw either.reason;
    if (failed?.status === "rejected") throw failed.reason;
  } finally {
    clearInterval(timer);
  }
  const seconds = (performance.now() - start) / 1000;
  return { calls, errors, seconds, latencies };
}
