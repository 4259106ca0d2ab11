import { unlessAborted } from "../internal/abort.ts";
import { type Clock, systemClock } from "../internal/clock.ts";
import { promiseTry } from "../internal/promise_try.ts";
import { waitAtMost } from "../internal/wait_at_most.ts";
import { Waiters } from "../internal/waiters.ts";
import { ErrorReporter } from "../internal/error_reporter.ts";
import type { StreamBody } from "../protocol/body.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import { Peer } from "../peer/peer.ts";
import { Backoff, resolveBackoff } from "../reconnect/backoff.ts";
import type { Link } from "../reconnect/link.ts";
import { reconnect } from "../reconnect/reconnect.ts";
import { ChildProgram } from "./child_program.ts";
import { PipeTransport } from "./pipe_transport.ts";
import type { ProcessEnd, SuperviseOptions } from "./supervise_options.ts";

const HEARTBEAT = { interval: 1000, timeout: 1000 };

/**
 * A program that is looked after: it is started again when it ends, and `link` makes
 * calls to it, across its lives.
 *
 * - Closing: `stop()` or `await using`: open calls finish, then it is told by the end of
 *   its connection, by SIGTERM, and by SIGKILL in turn.
 * - It keeps this program alive until then.
 */
export class Supervisor implements AsyncDisposable {
  /** Makes calls to the program, whichever of its lives it is in; see {@linkcode Link}. */
  readonly link: Link<StreamBody, unknown>;
  readonly #options: SuperviseOptions;
  readonly #clock: Clock = systemClock;
  readonly #backoff: Backoff;
  readonly #reporter: ErrorReporter;
  readonly #stopping = new AbortController();
  readonly #finished: Promise<ProcessEnd>;
  /** The running program, while its socket pair isn't used yet. */
  #unconnected: ChildProgram | null = null;
  readonly #starting = new Waiters<void>();
  #program: ChildProgram | null = null;
  #starts = 0;
  #stopDeadline: (() => void) | null = null;

  /** @internal Made by `supervise`. */
  constructor(options: SuperviseOptions) {
    this.#options = options;
    this.#backoff = new Backoff(resolveBackoff(options.backoff), Math.random);
    this.#reporter = new ErrorReporter(options.onError);
    this.link = this.#makeLink();
    this.link.onState(({ state }) => {
      if (state === "connected") this.#clearDeadline();
      else if (state !== "closed") this.#startDeadline();
    });
    this.#finished = this.#run();
  }

  /** The process id of its present life; undefined if it isn't running. */
  get pid(): number | undefined {
    return this.#program?.pid;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  /**
   * Resolves when it has ended and isn't started again: to its last end. Never rejects.
   */
  get finished(): Promise<ProcessEnd> {
    return this.#finished;
  }

  /** Ends it for good; see {@linkcode StopOptions}. Idempotent. */
  async stop(): Promise<ProcessEnd> {
    if (this.#stopping.signal.aborted) return await this.#finished;
    const { address, stop = {} } = this.#options;
    const { drain = 5000, exit = address ? 0 : 1000, term = 5000 } = stop;
    this.#stopping.abort();
    this.#clearDeadline();
    await this.link.drain({ grace: drain });
    this.#program?.socket?.end();
    for (
      const [signal, ms] of [["SIGTERM", exit], ["SIGKILL", term]] as const
    ) {
      if (this.#program === null) break;
      if (ms > 0) await waitAtMost(this.#clock, ms, this.#finished);
      this.#program?.kill(signal);
    }
    return await this.#finished;
  }

  /** Ends it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(): Promise<ProcessEnd> {
    const { healthyAfter = 5000, maxAttempts = Infinity } = this.#options;
    let failed = 0;
    for (;;) {
      const startedAt = this.#clock.now();
      const end = await this.#live();
      const restart = this.#restartsAfter(end);
      if (this.#clock.now() - startedAt >= healthyAfter) {
        this.#backoff.reset();
        failed = 0;
      }
      if (!restart || ++failed >= maxAttempts) return await this.#finish(end);
      await this.#pause(this.#backoff.next());
      if (this.#stopping.signal.aborted) return await this.#finish(end);
    }
  }

  /** One life of the program. */
  async #live(): Promise<ProcessEnd> {
    const { cwd, env, onProcess } = this.#options;
    const program = new ChildProgram({
      command: this.#command(),
      cwd,
      env,
      output: (line, stream) => this.#print(line, stream),
    });
    this.#program = program;
    this.#starts++;
    const { pid } = program;
    const tell = (event: Parameters<NonNullable<typeof onProcess>>[0]): void =>
      void promiseTry(() => onProcess?.(event))
        .catch((error) => this.#reporter.report(error));
    if (pid !== undefined) {
      tell({ kind: "started", pid });
      this.#startDeadline();
      this.#unconnected = program;
      this.#starting.resolveAll();
    }
    const end = await program.ended;
    this.#program = null;
    this.#clearDeadline();
    this.#unconnected = null;
    tell(end);
    return end;
  }

  #restartsAfter({ status, error }: ProcessEnd): boolean {
    const { restart = "always" } = this.#options;
    if (this.#stopping.signal.aborted || restart === "never") return false;
    return restart === "always" || status !== 0 || error !== null;
  }

  async #finish(end: ProcessEnd): Promise<ProcessEnd> {
    if (!this.#stopping.signal.aborted) await this.link.close();
    return end;
  }

  async #pause(ms: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const stop = this.#clock.start(over.resolve, ms, true);
    try {
      await unlessAborted(over.promise, this.#stopping.signal);
    } catch {
      // It is told to stop, which the caller sees.
    } finally {
      stop();
    }
  }

  /** It is killed if it isn't ready, or not connected again, in time. */
  #startDeadline(): void {
    if (this.#stopDeadline !== null || this.#stopping.signal.aborted) return;
    const program = this.#program;
    if (program === null) return;
    const { readyTimeout = 30_000 } = this.#options;
    this.#stopDeadline = this.#clock.start(() => {
      this.#stopDeadline = null;
      program.kill("SIGKILL");
    }, readyTimeout);
  }

  #clearDeadline(): void {
    this.#stopDeadline?.();
    this.#stopDeadline = null;
  }

  #makeLink(): Link<StreamBody, unknown> {
    const { ready, address, ...options } = this.#options;
    const linkOptions = {
      heartbeat: HEARTBEAT,
      ...options,
      setup: ready,
      // Those of the program count.
      maxAttempts: Infinity,
      backoff: { initial: 50, max: 500 },
      connectTimeout: Infinity,
      healthCheck: true,
    };
    if (address === undefined) {
      return reconnect<StreamBody, unknown>(
        ({ signal }) => this.#connectToProgram(signal),
        linkOptions,
      );
    }
    const link: unknown = reconnect(address, linkOptions);
    return link as Link<StreamBody, unknown>;
  }

  /** Over the socket pair of a program that wasn't connected to before. */
  async #connectToProgram(
    signal: AbortSignal,
  ): Promise<PeerHandle<StreamBody, unknown>> {
    while (this.#unconnected === null) await this.#starting.wait(signal);
    const program = this.#unconnected;
    // A socket pair is there for one connection.
    this.#unconnected = null;
    const { heartbeat = HEARTBEAT, stop, ...options } = this.#options;
    const closeTimeout = stop?.exit ?? 1000;
    const transport = new PipeTransport(program.socket);
    const peer = Peer.spawn(transport, { ...options, heartbeat, closeTimeout });
    peer.closed.then(() => this.#onLost(program));
    return peer;
  }

  /** A program that can't be reached any more has to end, and is ended if it doesn't. */
  #onLost(program: ChildProgram): void {
    if (this.#stopping.signal.aborted) return;
    const { exit = 1000 } = this.#options.stop ?? {};
    waitAtMost(this.#clock, exit, program.ended).then(() => {
      if (this.#program === program) program.kill("SIGKILL");
    });
  }

  #command(): readonly [string, ...string[]] {
    const { command, dieWithParent } = this.#options;
    if (dieWithParent !== "pdeathsig") return command;
    return ["setpriv", "--pdeathsig", "KILL", "--", ...command];
  }

  #print(line: string, stream: "stdout" | "stderr"): void {
    const { output, name, command } = this.#options;
    if (output !== undefined) return output(line, stream);
    const text = `${name ?? command[0]} | ${line}`;
    if (stream === "stdout") console.log(text);
    else console.error(text);
  }
}
