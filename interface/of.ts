import type { InterfaceClient } from "./client/interface_client.ts";
import type { Handlers } from "./server/handlers.ts";
import type { Interface } from "./interface.ts";
import type { TypedMessage } from "./server/typed_messages.ts";

/** The client of an interface, as in `ClientOf<typeof Camera>`. */
export type ClientOf<I> = I extends Interface<infer S, infer T>
  ? InterfaceClient<S, T>
  : never;

/** The handlers of an interface, as in `HandlersOf<typeof Camera>`. */
export type HandlersOf<I> = I extends Interface<infer S, infer T>
  ? Handlers<S, T>
  : never;

/** What a server of an interface receives, as in `MessageOf<typeof Camera>`. */
export type MessageOf<I> = I extends Interface<infer S, infer T>
  ? TypedMessage<S, T>
  : never;
