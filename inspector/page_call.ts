import { errorText, isInstance } from "../internal/errors.ts";
import { DeclaredError } from "../interface/errors/declared_error.ts";
import { TypedSentRequest } from "../interface/client/typed_sent_request.ts";
import { closeDescriptors } from "../interface/codecs/schema_codec.ts";
import type { ServiceDeclaration } from "../interface/declare/declaration.ts";
import type { ServiceDefinition } from "../interface/declare/definition.ts";
import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import type { AnyClient } from "./server_connection.ts";
import type { CallLine } from "./snapshot.ts";

type AnyRequest = TypedSentRequest<ServiceDeclaration>;

/** A call that a page has begun, until it ends. */
export class PageCall {
  readonly #client: AnyClient;
  readonly #service: ServiceDefinition;
  /** Rejects where the call takes no updates, or has ended before it could. */
  readonly #request = Promise.withResolvers<AnyRequest>();

  /** Begins nothing yet. */
  constructor(client: AnyClient, service: ServiceDefinition) {
    this.#client = client;
    this.#service = service;
    this.#request.promise.catch(() => {});
  }

  /**
   * Calls the service, and gives its updates, and at last its response.
   *
   * @throws What the call throws.
   */
  async *run(
    body: unknown,
    signal: AbortSignal,
  ): AsyncGenerator<Exclude<CallLine, { error: string } | { call: number }>> {
    const { name, request, response } = this.#service;
    const method = this.#client[name] as unknown as (
      ...args: unknown[]
    ) => Promise<unknown>;
    try {
      const called = request.kind === "nothing"
        ? await method({ signal })
        : await method(body, { signal });
      let value = called;
      if (called instanceof TypedSentRequest) {
        using sent: AnyRequest = called;
        this.#request.resolve(sent);
        // What a page can't keep up with is left out, and the server isn't held up.
        for await (const { name, body } of sent.updates({ keep: 100 })) {
          yield { update: name, body: plainBody(body) };
        }
        value = await sent.response({ signal });
      }
      yield { response: response.kind === "peer" ? plainBody(value) : value };
    } finally {
      // Does nothing where the request was there.
      this.#request.reject(new TypeError(`The call of ${name} has ended`));
    }
  }

  /**
   * Sends an update, when the request is on its way.
   *
   * @throws {TypeError} If the call takes no such update, or has ended before.
   */
  async send(name: string, body: unknown): Promise<void> {
    const update = this.#service.requestUpdates.find((one) =>
      one.name === name
    );
    if (update === undefined) {
      throw new TypeError(`${this.#service.name} takes no update ${name}`);
    }
    const request = await this.#request.promise;
    const send = request.send[name] as unknown as (
      ...args: unknown[]
    ) => Promise<void>;
    await (update.body.kind === "nothing" ? send() : send(body));
  }
}

/** What a page is told of an error, whose data is shown as `mask` makes it. */
export function errorLine(
  error: unknown,
  mask: (data: unknown) => unknown,
): CallLine {
  const text = errorText(error);
  if (isInstance(error, DeclaredError)) {
    return { error: text, reason: error.reason, data: mask(error.data) };
  }
  const reason = isInstance(error, RpcError)
    ? error.reason ?? error.code
    : null;
  return { error: text, reason };
}

/** The body of a transport as its bytes: nobody takes its descriptors. */
function plainBody(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body;
  if (!("data" in body && Symbol.dispose in body)) return body;
  closeDescriptors(body as Body);
  return body.data;
}
