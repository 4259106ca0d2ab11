import type {
  BodyDefinition,
  InterfaceDefinition,
  ItemDefinition,
  MessageDefinition,
  ServiceDefinition,
} from "../declare/definition.ts";
import { type NamedTypes, typeOf } from "./rust_type.ts";

/** The options of `toTypeScript`. */
export interface TypeScriptOptions {
  /** Where `defineInterface` comes from. Default: `"jsr:@fizyr/rpc/interface"`. */
  from?: string | undefined;
}

/**
 * Writes a TypeScript module that declares interfaces that were read from Rust.
 *
 * Types of Rust's standard library become what serde makes of them in JSON. The
 * others become types to be filled in, which are `unknown` until then. A 64-bit
 * integer is a `number`: beyond 2^53 it isn't exact.
 */
export function toTypeScript(
  definitions: InterfaceDefinition | readonly InterfaceDefinition[],
  { from = "jsr:@fizyr/rpc/interface" }: TypeScriptOptions = {},
): string {
  const out = new Output();
  for (const definition of [definitions].flat()) {
    if (out.text !== "") out.add("");
    writeInterface(definition, out);
  }
  const imports = [...out.used, "defineInterface"].sort();
  const types = [...out.named].map(([rust, name]) =>
    `/** \`${rust}\` of Rust: to be filled in. */\nexport type ${name} = unknown;\n`
  );
  return [
    `import { ${imports.join(", ")} } from ${JSON.stringify(from)};\n`,
    ...types,
    out.text,
  ].join("\n");
}

/** What no constant of the module can be called, for TypeScript or since it is imported. */
const RESERVED = new Set(
  ("arguments await body break bytes case catch class const continue debugger default defineInterface delete do else " +
    "enum eval export extends false finally for function if implements import in instanceof interface let new null " +
    "package peerBody private protected public return static super switch this throw true try typeof undefined var " +
    "void while with yield").split(" "),
);

/** Lines of code with an indent, and what they need. */
class Output {
  text = "";
  /** Types that the user fills in. */
  readonly named: NamedTypes = new Map();
  /** What is imported besides `defineInterface`. */
  readonly used = new Set<string>();
  #indent = 0;

  add(line: string): void {
    if (line.startsWith("}")) this.#indent--;
    this.text += line === "" ? "\n" : "  ".repeat(this.#indent) + line + "\n";
    if (line.endsWith("{")) this.#indent++;
  }
}

function writeInterface(
  { name, doc, hidden, services, streams }: InterfaceDefinition,
  out: Output,
): void {
  const identifier = RESERVED.has(name) ? `${name}_` : name;
  out.add(`export const ${identifier} = defineInterface({`);
  out.add(`name: ${JSON.stringify(name)},`);
  writeDoc({ doc, hidden }, out);
  if (services.length > 0) {
    out.add("services: {");
    for (const service of services) writeService(service, out);
    out.add("},");
  }
  writeMessages("streams", streams, out);
  out.add("});");
}

function writeService(
  service: ServiceDefinition,
  out: Output,
): void {
  writeHead(service, out);
  writeBody("request", service.request, out);
  writeBody("response", service.response, out);
  writeMessages("requestUpdates", service.requestUpdates, out);
  writeMessages("responseUpdates", service.responseUpdates, out);
  out.add("},");
}

function writeMessages(
  key: string,
  messages: readonly MessageDefinition[],
  out: Output,
): void {
  if (messages.length === 0) return;
  out.add(`${key}: {`);
  for (const message of messages) {
    writeHead(message, out);
    writeBody("body", message.body, out);
    out.add("},");
  }
  out.add("},");
}

function writeHead(item: ItemDefinition, out: Output): void {
  out.add(`${item.name}: {`);
  out.add(`id: ${item.id},`);
  writeDoc(item, out);
}

function writeDoc(
  { doc, hidden }: Pick<ItemDefinition, "doc" | "hidden">,
  out: Output,
): void {
  if (doc !== "") out.add(`doc: ${JSON.stringify(doc)},`);
  if (hidden) out.add("hidden: true,");
}

function writeBody(
  key: string,
  { kind, typeName }: BodyDefinition,
  out: Output,
): void {
  switch (kind) {
    case "nothing":
      return;
    case "bytes":
      out.used.add("bytes");
      return out.add(`${key}: bytes,`);
    case "peer":
      out.used.add("peerBody");
      return out.add(`${key}: peerBody(),`);
    case "value": {
      out.used.add("body");
      if (typeName === undefined) return out.add(`${key}: body<unknown>(),`);
      const type = typeOf(typeName, out.named);
      out.add(`${key}: body<${type}>(${JSON.stringify(typeName)}),`);
    }
  }
}
