import { unlessAborted } from "../internal/abort.ts";
import { type Clock, systemClock } from "../internal/clock.ts";
import { promiseTry, waitAtMost } from "../internal/promises.ts";
import { Waiters } from "../internal/waiters.ts";
import { ErrorReporter } from "../internal/errors.ts";
import type { Body, StreamBody } from "../protocol/body.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import { Peer } from "../peer/peer.ts";
import { Backoff } from "../reconnect/backoff.ts";
import { Hopeless, markHopeless } from "../reconnect/hopeless.ts";
import type { Link } from "../reconnect/link.ts";
import { reconnect } from "../reconnect/reconnect.ts";
import { ChildProgram } from "./child_program.ts";
import type { ProgramSocket } from "./program_socket.ts";
import { SeqpacketSocket } from "./seqpacket_socket.ts";
import { StreamSocket } from "./stream_socket.ts";
import {
  couldNotStart,
  endError,
  type ProcessEnd,
  type ProcessEvent,
  withLinkError,
} from "./process_event.ts";
import type { ResolvedSuperviseOptions } from "./resolve_supervise_options.ts";
import type { SuperviseOptions } from "./supervise_options.ts";

const HEARTBEAT = { interval: 5000, timeout: 5000 };

/**
 * A program that is looked after: it is started again when it ends, and `link` makes
 * calls to it, across its lives.
 *
 * - Closing: `stop()` or `await using`: open calls finish, then it is told by the end of
 *   its connection, by SIGTERM, and by SIGKILL in turn.
 * - It keeps this program alive until then.
 */
export class Supervisor<B extends Body = StreamBody>
  implements AsyncDisposable {
  /** Makes calls to the program, whichever of its lives it is in; see {@linkcode Link}. */
  readonly link: Link<B, unknown>;
  readonly #options: SuperviseOptions<B>;
  readonly #resolved: ResolvedSuperviseOptions;
  readonly #clock: Clock = systemClock;
  readonly #backoff: Backoff;
  readonly #reporter: ErrorReporter;
  readonly #stopping = new AbortController();
  readonly #finished: Promise<ProcessEnd>;
  /** The running program, while its socket pair isn't used yet. */
  #unconnected: ChildProgram<B> | null = null;
  readonly #starting = new Waiters<void>();
  #program: ChildProgram<B> | null = null;
  #starts = 0;
  #stopDeadline: (() => void) | null = null;
  /** What the link has given up with by itself, or null. */
  #linkError: unknown = null;

  /** @internal Made by `supervise`. */
  constructor(
    options: SuperviseOptions<B>,
    resolved: ResolvedSuperviseOptions,
  ) {
    this.#options = options;
    this.#resolved = resolved;
    this.#backoff = new Backoff(resolved.backoff, Math.random);
    this.#reporter = new ErrorReporter(options.onError);
    this.link = this.#makeLink();
    this.link.onState(({ state }) => {
      if (state === "connected") this.#clearDeadline();
      if (state === "connecting" || state === "waiting") this.#startDeadline();
    });
    this.#finished = this.#run();
    this.link.closed.then((error) => this.#onLinkEnd(error));
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
   * Then the link is closed, with an error unless the status was 0.
   *
   * When the link gives up, as it does without the permission to connect to the
   * `address`, or is closed, the program is ended as by `stop()`. The member `error` is
   * what the link has given up with.
   */
  get finished(): Promise<ProcessEnd> {
    return this.#finished;
  }

  /** Ends it for good; see {@linkcode StopOptions}. Idempotent. */
  async stop(): Promise<ProcessEnd> {
    if (this.#stopping.signal.aborted) return await this.#finished;
    const { drain, exit, term } = this.#resolved.stop;
    this.#stopping.abort();
    this.#clearDeadline();
    await this.link.drain({ grace: drain });
    this.#unconnected?.socket.close();
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

  /** Nothing can reach the program any more, in none of its lives. */
  #onLinkEnd(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#linkError = error;
    this.stop().catch((error) => this.#reporter.report(error));
  }

  async #run(): Promise<ProcessEnd> {
    const { healthyAfter, maxAttempts } = this.#resolved;
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
    this.#starts++;
    let end: ProcessEnd;
    try {
      const program = this.#program = this.#start();
      const { pid } = program;
      if (pid !== undefined) {
        this.#tell({ kind: "started", pid });
        this.#startDeadline();
        this.#unconnected = program;
        this.#starting.resolveAll();
      }
      end = await program.ended;
    } catch (error) {
      end = couldNotStart(error as Error);
    }
    this.#program = null;
    this.#clearDeadline();
    this.#unconnected = null;
    this.#tell(end);
    return end;
  }

  #start(): ChildProgram<B> {
    const { cwd, env } = this.#options;
    return new ChildProgram(this.#socket(), {
      command: this.#command(),
      cwd,
      env,
      kind: this.#resolved.socket,
      output: (line, stream) => this.#print(line, stream),
    });
  }

  #tell(event: ProcessEvent): void {
    promiseTry(() => this.#options.onProcess?.(event))
      .catch((error) => this.#reporter.report(error));
  }

  #restartsAfter({ status, error }: ProcessEnd): boolean {
    const { restart } = this.#resolved;
    if (this.#stopping.signal.aborted || restart === "never") return false;
    if (markHopeless(error, true) instanceof Hopeless) return false;
    return restart === "always" || status !== 0 || error !== null;
  }

  async #finish(end: ProcessEnd): Promise<ProcessEnd> {
    if (this.#stopping.signal.aborted) {
      return withLinkError(end, this.#linkError);
    }
    await this.link.giveUp(endError(this.#name(), end));
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
    this.#stopDeadline = this.#clock.start(() => {
      this.#stopDeadline = null;
      program.kill("SIGKILL");
    }, this.#resolved.readyTimeout);
  }

  #clearDeadline(): void {
    this.#stopDeadline?.();
    this.#stopDeadline = null;
  }

  /** What the body is follows from the kind of socket, as the types of `supervise` say. */
  #socket(): ProgramSocket<B> {
    const socket: unknown = this.#resolved.socket === "seqpacket"
      ? new SeqpacketSocket(this.#options)
      : new StreamSocket(this.#options);
    return socket as ProgramSocket<B>;
  }

  #makeLink(): Link<B, unknown> {
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
      return reconnect<B, unknown>(
        ({ signal }) => this.#connectToProgram(signal),
        linkOptions,
      );
    }
    const link: unknown = reconnect(address, linkOptions as object);
    return link as Link<B, unknown>;
  }

  /** Over the socket pair of a program that wasn't connected to before. */
  async #connectToProgram(
    signal: AbortSignal,
  ): Promise<PeerHandle<B, unknown>> {
    while (this.#unconnected === null) await this.#starting.wait(signal);
    const program = this.#unconnected;
    // A socket pair is there for one connection.
    this.#unconnected = null;
    const { heartbeat = HEARTBEAT, ...options } = this.#options;
    const peer = Peer.spawn(program.socket.transport(), {
      closeTimeout: this.#resolved.stop.exit,
      ...options,
      heartbeat,
    });
    peer.closed.then(() => this.#onLost(program));
    return peer;
  }

  /** A program that can't be reached any more has to end, and is ended if it doesn't. */
  #onLost(program: ChildProgram<B>): void {
    if (this.#stopping.signal.aborted) return;
    const { exit } = this.#resolved.stop;
    waitAtMost(this.#clock, exit, program.ended).then(() => {
      // From then on `stop` ends it, step by step.
      if (this.#stopping.signal.aborted) return;
      if (this.#program === program) program.kill("SIGKILL");
    });
  }

  #command(): readonly [string, ...string[]] {
    const { command } = this.#options;
    if (this.#resolved.dieWithParent !== "pdeathsig") return command;
    return ["setpriv", "--pdeathsig", "KILL", "--", ...command];
  }

  #name(): string {
    const { name, command } = this.#options;
    return name ?? command[0].slice(command[0].lastIndexOf("/") + 1);
  }

  #print(line: string, stream: "stdout" | "stderr"): void {
    const { output } = this.#options;
    if (output !== undefined) {
      try {
        return output(line, stream);
      } catch (error) {
        return this.#reporter.report(error);
      }
    }
    const text = `${this.#name()} | ${line}`;
    if (stream === "stdout") console.log(text);
    else console.error(text);
  }
}
