import type { Body } from "../../protocol/body.ts";
import type { ReceivedRequestWriteHandle } from "../../peer/handles/received_request_write_handle.ts";
import type { DeclaredError } from "../errors/declared_error.ts";
import { declaredTypeOf } from "../errors/declared_errors.ts";
import { declaredErrorText } from "../errors/declared_error_text.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import { type Senders, sendMethods } from "../messages/send_methods.ts";
import type {
  ResponseSchema,
  ResponseUpdatesOf,
  SendArgs,
} from "../declare/body_types.ts";

/**
 * Sends updates and the response for a request of the other side, beside the
 * `TypedReceivedRequest` that it comes from. It owns nothing and needs no end.
 */
export class TypedReceivedRequestWriteHandle<D extends ServiceDeclaration> {
  readonly #request: ReceivedRequestWriteHandle<Body>;
  readonly #service: ServiceCodec;
  #senders: Senders<ResponseUpdatesOf<D>> | null = null;

  /** @internal Made by `TypedReceivedRequest`. */
  constructor(
    request: ReceivedRequestWriteHandle<Body>,
    service: ServiceCodec,
  ) {
    this.#request = request;
    this.#service = service;
  }

  /** The id on the wire, chosen by the other side. */
  get requestId(): number {
    return this.#request.requestId;
  }

  /** The id of the service. */
  get serviceId(): number {
    return this.#service.id;
  }

  /** Sends updates: a method for each, by its name, as in `TypedReceivedRequest`. */
  get send(): Senders<ResponseUpdatesOf<D>> {
    return this.#senders ??= sendMethods(
      this.#service.responseUpdates,
      (id, body, options) => this.#request.sendUpdate(id, body, options),
    );
  }

  /**
   * Sends the response and ends the request; see `TypedReceivedRequest`.
   *
   * @throws {RpcError} `encode-failed` or `payload-too-large` (the request stays
   * open); `request-closed` if it is answered; the error of the connection.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed.
   */
  async sendResponse(
    ...body: SendArgs<ResponseSchema<D>, never>
  ): Promise<void> {
    const { id, response } = this.#service;
    await this.#request.sendResponse(id, response.encode(body[0]));
  }

  /**
   * Sends an error response and ends the request; see `TypedReceivedRequest`.
   *
   * @throws {RpcError} `request-closed` if it is answered; of a declared error
   * `encode-failed` or `payload-too-large` (the request stays open); the error of the
   * connection.
   * @throws {TypeError} For a declared error that the service doesn't declare.
   */
  async sendErrorResponse(error: string | DeclaredError): Promise<void> {
    if (typeof error === "string") {
      return await this.#request.sendErrorResponse(error);
    }
    const { errors, fullName } = this.#service;
    const declared = declaredTypeOf(error, errors);
    if (declared === null) {
      throw new TypeError(
        `${fullName} doesn't declare the error ${error.reason}`,
      );
    }
    await this.#request.sendDeclaredError(declaredErrorText(error, declared));
  }
}
