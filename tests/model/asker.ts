import type { PeerWriteHandle, SentRequestHandle } from "../../mod.ts";
import { numberedBody } from "../support/bodies/numbered_body.ts";
import { Forbidden, type SentMessage } from "./line.ts";
import type { ProtocolModel } from "./protocol_model.ts";
import type { RequestModel } from "./request_model.ts";
import type { SideIndex } from "./schedule.ts";
import type { Tracker } from "./tracker.ts";

/** A request of this side. */
interface Asked {
  readonly model: RequestModel;
  readonly aborter: AbortController;
  readonly isCall: boolean;
  /** Null while it isn't sent, and for a call. */
  handle: SentRequestHandle | null;
  reads: number;
  /** Whether a response is awaited. */
  awaits: boolean;
  /** Whether its updates are all read. */
  isRead: boolean;
}

/** The half of an application that asks and sends, as a schedule says. */
export class Asker {
  readonly #writer: PeerWriteHandle;
  readonly #side: SideIndex;
  readonly #model: ProtocolModel;
  readonly #tracker: Tracker;
  readonly #asked: Asked[] = [];
  /** Stream messages whose sends may be aborted. */
  readonly #sends: AbortController[] = [];
  #released = false;
  #settling = false;

  constructor(
    writer: PeerWriteHandle,
    side: SideIndex,
    model: ProtocolModel,
    tracker: Tracker,
  ) {
    this.#writer = writer;
    this.#side = side;
    this.#model = model;
    this.#tracker = tracker;
  }

  /** Releases the write handle. */
  release(): void {
    this.#released = true;
    this.#writer[Symbol.dispose]();
  }

  /** Asks, and keeps a handle; or calls. */
  ask(length: number, timeout: number, isCall: boolean): void {
    if (this.#released) return;
    const deadline = timeout === 0
      ? Infinity
      : this.#model.setting.now() + timeout;
    const model = this.#model.ask(this.#side, length, deadline);
    const aborter = new AbortController();
    const asked: Asked = {
      ...{ model, aborter, isCall, handle: null },
      ...{ reads: 0, awaits: false, isRead: false },
    };
    this.#asked.push(asked);
    const body = numberedBody(model.number, length);
    const options = {
      signal: aborter.signal,
      ...(timeout > 0 && { timeout }),
      ...(this.#model.setting.extensions && {
        metadata: { number: `${model.number}` },
      }),
    };
    const what = `${isCall ? "call" : "sendRequest"} ${model.number}`;
    if (isCall) {
      this.#tracker.track(
        what,
        this.#writer.call(model.number, body, options),
        ({ header, body }) => model.onResponse(header.serviceId, body.data),
        (error) => model.onFailure(error),
      );
      return;
    }
    this.#tracker.track(
      what,
      this.#writer.sendRequest(model.number, body, options),
      (handle) => {
        asked.handle = handle;
        if (this.#settling) this.#readAll(asked);
      },
      (error) => model.onFailure(error),
    );
  }

  /** Sends a stream message. */
  stream(length: number): void {
    if (this.#released) return;
    const message = this.#model.streams[this.#side].send(
      this.#model.nextNumber(),
      length,
    );
    const aborter = new AbortController();
    this.#sends.push(aborter);
    const { signal } = aborter;
    const body = numberedBody(message.number, length);
    this.#track(
      "sendStream",
      message,
      this.#writer.sendStream(message.number, body, { signal }),
      (error) => {
        const aborted = signal.aborted ? signal.reason : undefined;
        this.#model.onSendFailure(message, error, { aborted });
      },
    );
  }

  /** Aborts the send of a stream message. */
  abortSend(n: number): void {
    const { length } = this.#sends;
    if (length > 0) this.#sends[length - 1 - n % length]!.abort();
  }

  /** Sends an update for a request. */
  update(n: number, length: number): void {
    const asked = this.#handleOf(n);
    if (asked === null) return;
    const { model, handle } = asked;
    const message = model.fromAsker.send(this.#model.nextNumber(), length);
    const body = numberedBody(message.number, length);
    this.#track(
      `sendUpdate of request ${model.number}`,
      message,
      handle.sendUpdate(message.number, body),
      (error) => {
        const code = model.mayBeOver ? "request-closed" : null;
        this.#model.onSendFailure(message, error, { code });
      },
    );
  }

  /** Keeps only the newest of the updates that wait to be read. */
  keepNewest(n: number): void {
    const asked = this.#handleOf(n);
    if (asked === null || asked.model.fromAnswerer.keepsNewest) return;
    asked.model.fromAnswerer.keepsNewest = true;
    asked.handle.updates({ keep: "latest" });
  }

  /** Pings the other side's library. */
  ping(): void {
    if (this.#released) return;
    this.#tracker.track("ping", this.#writer.ping(), () => {}, (error) => {
      if (this.#model.connection.allows(error)) return;
      throw new Forbidden(`A ping fails: ${error}`);
    });
  }

  /** Reads one update. */
  readUpdate(n: number): void {
    const asked = this.#handleOf(n);
    if (asked !== null) this.#readUpdate(asked, () => {});
  }

  /** Reads the response. */
  readResponse(n: number): void {
    const asked = this.#handleOf(n);
    if (asked !== null) this.#readResponse(asked);
  }

  /** Aborts a request. */
  abort(n: number): void {
    const asked = this.#at(n);
    if (asked === null || asked.aborter.signal.aborted) return;
    const reason = new Error(`Request ${asked.model.number} is aborted`);
    // An abort after the end changes nothing.
    if (asked.model.ending === null) asked.model.aborted = reason;
    asked.aborter.abort(reason);
  }

  /** Disposes the handle of a request. */
  leave(n: number): void {
    const asked = this.#handleOf(n);
    if (asked === null) return;
    asked.model.leave();
    asked.handle[Symbol.dispose]();
  }

  /** From now on reads all that comes. */
  settle(): void {
    this.#settling = true;
    for (const asked of this.#asked) {
      if (asked.handle === null) continue;
      // Some read on as if there were no updates, which are an error then.
      if (asked.model.number % 2 === 1 || asked.awaits) this.#readAll(asked);
      else this.#readResponse(asked);
    }
  }

  /** What must hold for the requests that were read to the end. */
  checkEnd(): void {
    for (const { model, isRead } of this.#asked) {
      const { missing } = model.fromAnswerer;
      if (!isRead || !model.ending?.startsWith("answered")) continue;
      if (missing.length === 0) continue;
      throw new Forbidden(
        `Request ${model.number} is answered without its updates ${missing}`,
      );
    }
  }

  #readAll(asked: Asked): void {
    this.#readUpdate(asked, (more) => {
      if (more) this.#readAll(asked);
      else if (!asked.awaits) this.#readResponse(asked);
    });
  }

  #readUpdate(
    asked: Asked & { handle: SentRequestHandle | null },
    then: (more: boolean) => void,
  ): void {
    const { model, handle } = asked;
    this.#tracker.track(
      `recvUpdate of request ${model.number}`,
      handle!.recvUpdate(),
      (update) => {
        if (update === null) {
          if (!model.left) asked.isRead = true;
          return then(false);
        }
        model.fromAnswerer.take(update.header.serviceId, update.body.data);
        then(true);
      },
      (error) => model.onFailure(error),
    );
  }

  #readResponse(asked: Asked): void {
    const { model, handle } = asked;
    asked.awaits = true;
    this.#tracker.track(
      `recvResponse of request ${model.number}`,
      handle!.recvResponse(),
      (response) => {
        const { header, body } = response;
        model.checkUpdatesRead();
        if (response.isError) model.onErrorText(response.text());
        else model.onResponse(header.serviceId, body.data);
      },
      (error) => {
        const { code } = error as { code?: string };
        const wasAnswered = model.ending?.startsWith("answered");
        if (code === "request-closed" && wasAnswered) return;
        if (code === "unexpected-message-type") {
          asked.awaits = false;
          if (model.fromAnswerer.messages.length === 0) {
            throw new Forbidden(`Request ${model.number} has no update unread`);
          }
          if (this.#settling) this.#readAll(asked);
          return;
        }
        model.onFailure(error);
      },
    );
  }

  #track(
    what: string,
    message: SentMessage,
    sent: Promise<void>,
    onError: (error: unknown) => void,
  ): void {
    this.#tracker.track(
      `${what} ${message.number}`,
      sent,
      () => message.settle("accepted"),
      onError,
    );
  }

  #at(n: number): Asked | null {
    const { length } = this.#asked;
    return length === 0 ? null : this.#asked[length - 1 - n % length]!;
  }

  /** A request whose handle is there. */
  #handleOf(n: number): Asked & { handle: SentRequestHandle } | null {
    const asked = this.#at(n);
    return asked === null || asked.handle === null
      ? null
      : asked as Asked & { handle: SentRequestHandle };
  }
}
