import type { BodyInput } from "../../protocol/body.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { BodyCodec } from "../codecs/body_codec.ts";
import type { MessageCodec, MessageCodecs } from "../codecs/interface_codec.ts";
import type { MessageSchema, SendArgs } from "../declare/body_types.ts";

/**
 * A method for each update, by its name. Each takes the body, if there is one, and
 * `{ signal }`, and resolves when the body is no longer needed.
 */
export type Senders<U> = {
  readonly [K in keyof U]: (
    ...args: SendArgs<MessageSchema<U[K]>, SignalOptions>
  ) => Promise<void>;
};

/** Sends a body under an id. */
export type Send = (
  id: number,
  body: BodyInput,
  options?: SignalOptions,
) => Promise<void>;

/** Where the methods of a table find what they send with. */
const SEND = Symbol("send");

interface WithSend {
  readonly [SEND]: Send;
}

const prototypes = new WeakMap<MessageCodecs, object>();

/** Makes the methods that send what is in a table. */
export function sendMethods<U>(table: MessageCodecs, send: Send): Senders<U> {
  let prototype = prototypes.get(table);
  if (prototype === undefined) {
    prototype = prototypeOf(table);
    prototypes.set(table, prototype);
  }
  return Object.create(prototype, { [SEND]: { value: send } });
}

function prototypeOf(table: MessageCodecs): object {
  const methods = Object.create(null);
  for (const [name, message] of table.byName) {
    // A getter, so that the method works without the object.
    Object.defineProperty(methods, name, {
      get(this: WithSend) {
        const send = this[SEND];
        return (...args: unknown[]) => sendMessage(message, send, args);
      },
      enumerable: true,
    });
  }
  return methods;
}

/** Sends a message with the arguments of its method. */
async function sendMessage(
  { id, body }: MessageCodec,
  send: Send,
  args: readonly unknown[],
): Promise<void> {
  const [value, options] = argumentsOf(body, args);
  await send(id, body.encode(value), options);
}

/** The body and the options that a method is called with: without a body, if it is nothing. */
export function argumentsOf(
  { isNothing }: BodyCodec,
  args: readonly unknown[],
): [body: unknown, options: SignalOptions | undefined] {
  // Where types don't know of it, an undefined may stand for the body.
  const [value, options] = isNothing && args.length < 2
    ? [undefined, args[0]]
    : args;
  return [value, options as SignalOptions | undefined];
}
