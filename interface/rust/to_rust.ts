import { completeDefinition } from "../declare/complete_definition.ts";
import type {
  BodyDefinition,
  ErrorDefinition,
  InterfaceDefinition,
  ItemDefinition,
  MessageDefinition,
  RequestUpdateDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "../declare/definition.ts";
import { ItemNames } from "./item_names.ts";
import { RAW_BODY, RAW_BYTES, rustIdentifier } from "./names.ts";
import { TypeNames } from "./type_names.ts";

/**
 * Writes the native `interface!` declaration of an interface, with its names in
 * snake_case. Names that meet there, or in what the macro makes of them, get a number:
 * `foo_bar_2`. A keyword gets a `_` behind it.
 *
 * Types of bodies have the names that `body<T>("Name")` or the `title` of a JSON
 * Schema give them. Without either, or where Rust can't have such a name, they are
 * named after the service. You declare them, with `serde` or as your format needs it.
 * Plain bytes are `RawBytes`, the body of the transport is `RawBody`. Streams of the
 * server are left out, with a comment: the macro has streams of the client only.
 * Declared errors are comments too.
 *
 * @example A declaration for the crate
 * ```ts
 * import { assert } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { toRust } from "jsr:@fizyr/rpc/interface/rust";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { getName: { id: 1, response: body<string>("String") } },
 * });
 * assert(toRust(Camera.definition).includes("service 1 get_name: () -> String,"));
 * ```
 */
export function toRust(definition: InterfaceDefinition): string {
  return new Writer(completeDefinition(definition)).text();
}

/** Writes the declaration of one interface. */
class Writer {
  readonly #definition: InterfaceDefinition;
  readonly #types: TypeNames;

  constructor(definition: InterfaceDefinition) {
    this.#definition = definition;
    this.#types = new TypeNames(definition);
  }

  text(): string {
    const { name, services, streams, errors } = this.#definition;
    const names = new ItemNames();
    const lines = ["fizyr_rpc::interface! {"];
    lines.push(...attributes(this.#definition).map((line) => `\t${line}`));
    lines.push(...errors.map((item) => `\t${this.#error(item, name)}`));
    lines.push(`\tpub interface ${rustIdentifier(name)} {`);
    const items = [
      ...services.map((item) => this.#service(item, names)),
      ...streams.map((item) => this.#stream(item, names)),
    ];
    items.forEach((item, index) => {
      if (index > 0) lines.push("");
      lines.push(...item.map((line) => `\t\t${line}`));
    });
    lines.push("\t}", "}", "");
    return lines.map((line) => line.trimEnd()).join("\n");
  }

  #service(item: ServiceDefinition, names: ItemNames): string[] {
    const { name, id, request, response } = item;
    const identifier = names.of(name, (identifier) => identifier);
    const head = `service ${id} ${identifier}: ${
      this.#type(request, `${name}Request`)
    } -> ${this.#type(response, `${name}Response`)}`;
    const updates = this.#updates(item);
    const errors = item.errors.map((error) => this.#error(error, name));
    const before = [...attributes(item), ...errors];
    if (updates.length === 0) return [...before, `${head},`];
    const inner = updates.flatMap((lines, index) =>
      // Blank lines between updates, as between services.
      index === 0 ? lines : ["", ...lines]
    );
    return [
      ...before,
      `${head} {`,
      ...inner.map((line) => `\t${line}`),
      "}",
    ];
  }

  #updates(service: ServiceDefinition): string[][] {
    const { name, requestUpdates, responseUpdates } = service;
    const [requestNames, responseNames] = [new ItemNames(), new ItemNames()];
    return [
      ...requestUpdates.map((update) =>
        this.#requestUpdate(update, requestNames.of(update.name), name)
      ),
      ...responseUpdates.map((update) =>
        this.#message(
          update,
          `response_update ${update.id} ${responseNames.of(update.name)}`,
          `${name}_${update.name}`,
        )
      ),
    ];
  }

  #requestUpdate(
    update: RequestUpdateDefinition,
    identifier: string,
    service: string,
  ): string[] {
    const lines = this.#message(
      update,
      `request_update ${update.id} ${identifier}`,
      `${service}_${update.name}`,
    );
    return update.cancels ? ["// Cancels the request.", ...lines] : lines;
  }

  #stream(item: StreamDefinition, names: ItemNames): string[] {
    const identifier = names.of(
      item.name,
      (identifier) => `send_${identifier}`,
    );
    const head = `stream ${item.id} ${identifier}`;
    if (item.from !== "server") return this.#message(item, head, item.name);
    return [
      `// Left out: ${head}, which the server sends.`,
      "// Here only clients send streams.",
    ];
  }

  #message(item: MessageDefinition, head: string, otherwise: string): string[] {
    const line = `${head}: ${this.#type(item.body, otherwise)},`;
    return [...attributes(item), line];
  }

  /** The macro has no errors. They are texts, which a program has to write and read itself. */
  #error({ name, body }: ErrorDefinition, owner: string): string {
    const text = `// Error: "${name}: message"`;
    if (body.kind === "nothing") return text;
    return `${text}, a line feed, ${
      this.#type(body, `${owner}_${name}`)
    } as JSON`;
  }

  #type(body: BodyDefinition, otherwise: string): string {
    switch (body.kind) {
      case "nothing":
        return "()";
      case "bytes":
        return RAW_BYTES;
      case "peer":
        return RAW_BODY;
      case "value":
        return this.#types.of(body, otherwise);
    }
  }
}

function attributes(
  { doc, hidden }: Pick<ItemDefinition, "doc" | "hidden">,
): string[] {
  const lines = doc === ""
    ? []
    : doc.split(/\r\n?|\n/).map((line) => `/// ${line}`.trimEnd());
  return hidden ? [...lines, "#[hidden]"] : lines;
}
