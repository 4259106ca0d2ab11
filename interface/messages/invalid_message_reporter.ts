import { checkFunction } from "../../internal/check_options.ts";
import { logError } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import {
  type ErrorReason,
  reasonText,
  RpcError,
} from "../../protocol/error.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { ErrorContext } from "../../peer/error_context.ts";
import { closeDescriptors } from "../codecs/schema_codec.ts";
import type { InvalidMessageError } from "../codecs/invalid_message_error.ts";
import type { InterfaceOptions } from "./options.ts";

/** A handle of a peer, as far as errors go. */
export interface ReportingPeer {
  report(error: unknown, context?: ErrorContext): void;
  count(figure: "errors" | "droppedMessages"): void;
}

/** Reports invalid messages, and answers the requests that they belong to. */
export class InvalidMessageReporter {
  readonly #peer: ReportingPeer;
  readonly #onInvalid: InterfaceOptions<Body>["onInvalid"];

  /** Makes a reporter for a client or a server. */
  constructor(
    peer: ReportingPeer,
    onInvalid: InterfaceOptions<Body>["onInvalid"],
  ) {
    this.#peer = peer;
    this.#onInvalid = onInvalid;
  }

  /**
   * Makes a reporter of the options; the peer gives `onInvalid` bodies of its own kind.
   *
   * @throws {TypeError} If `onInvalid` is no function.
   */
  static of<B extends Body>(
    peer: ReportingPeer,
    { onInvalid }: InterfaceOptions<B>,
  ): InvalidMessageReporter {
    checkFunction("onInvalid", onInvalid);
    return new InvalidMessageReporter(
      peer,
      onInvalid as InterfaceOptions<Body>["onInvalid"],
    );
  }

  /** Counts a message that the application doesn't get. */
  dropped(): void {
    this.#peer.count("droppedMessages");
  }

  /** Reports an error that a handler has thrown and nobody else will report. */
  report(error: unknown, context?: ErrorContext): void {
    this.#peer.report(error, context);
  }

  /** Reports a stream message, or an update for a request of this side. */
  async skipped(error: InvalidMessageError): Promise<void> {
    await this.#report(error, null);
  }

  /** Reports a request, and answers it if that hasn't been done. */
  async refused(
    error: InvalidMessageError,
    request: ReceivedRequestHandle<Body>,
  ): Promise<void> {
    await this.#report(error, request);
    // No handler has begun.
    const reason = error.code === "decode-failed"
      ? "invalid-request"
      : "unknown-service";
    await this.#answer(error, request, reason);
  }

  /** Reports an update for a request of the other side, and answers that. */
  async refusedUpdate(
    error: InvalidMessageError,
    request: ReceivedRequestHandle<Body>,
  ): Promise<void> {
    const skip = await this.#report(error, request);
    if (!skip) await this.#answer(error, request, "failed");
  }

  async #answer(
    error: InvalidMessageError,
    request: ReceivedRequestHandle<Body>,
    reason: ErrorReason,
  ): Promise<void> {
    if (request.closed) return;
    try {
      await request.sendErrorResponse(reasonText(reason, error.message));
    } catch (failed) {
      // The end of the connection is known without it.
      if (failed instanceof RpcError && failed.fatal) return;
      this.#peer.report(failed, request.errorContext);
    }
  }

  /** Whether the application takes care of it. */
  async #report(
    error: InvalidMessageError,
    request: ReceivedRequestHandle<Body> | null,
  ): Promise<boolean> {
    this.#peer.count("errors");
    let taken = false;
    if (this.#onInvalid === undefined) {
      this.#peer.report(error, request?.errorContext);
    } else {
      try {
        taken = await this.#onInvalid(error, request) === true;
      } catch (thrown) {
        // As with onError: what it throws must not end what it reports on.
        logError(thrown);
      }
    }
    if (!taken) closeDescriptors(error.received.body);
    return taken;
  }
}
