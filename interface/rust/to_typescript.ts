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
import { DeclaredTypes } from "./declared_types.ts";
import { toUpperCamelCase } from "./names.ts";
import type { RustReading } from "./read_rust.ts";
import { flatText, quoted } from "./ts_type.ts";
import { TypeWriter, WIDTH } from "./type_writer.ts";

/** The options of `toTypeScript`. */
export interface TypeScriptOptions {
  /** Where `defineInterface` comes from. Default: `"jsr:@fizyr/rpc/interface"`. */
  from?: string | undefined;
}

/**
 * Writes a TypeScript module that declares interfaces that were read from Rust, as
 * `deno fmt` would.
 *
 * Types of Rust's standard library become what serde makes of them in JSON, and so
 * do the structs and enums of the source where readings are given. The others
 * become types to be filled in, which are `unknown` until then. A 64-bit integer is
 * a `number`: beyond 2^53 it isn't exact.
 *
 * @param interfaces What `readRust` gives, or definitions without their types.
 */
export function toTypeScript(
  interfaces:
    | InterfaceDefinition
    | RustReading
    | readonly (InterfaceDefinition | RustReading)[],
  { from = "jsr:@fizyr/rpc/interface" }: TypeScriptOptions = {},
): string {
  const list = [interfaces].flat();
  const readings = list.filter((item) => "definition" in item);
  const types = new Set(readings.flatMap(({ types }) => types));
  const out = new Output(new DeclaredTypes([...types]));
  for (const item of list) {
    if (out.text !== "") out.add("");
    writeInterface("definition" in item ? item.definition : item, out);
  }
  return [
    importOf([...out.used, "defineInterface"].sort(), from),
    ...out.declarations(),
    out.text,
  ].join("\n");
}

function importOf(names: readonly string[], from: string): string {
  const line = `import { ${names.join(", ")} } from ${quoted(from)};\n`;
  if (line.length <= WIDTH + 1) return line;
  return `import {\n${names.map((name) => `  ${name},\n`).join("")}} from ${
    quoted(from)
  };\n`;
}

/** Names that a constant of the module can't have: keywords, and what is imported. */
const RESERVED = new Set(
  ("arguments await body break bytes case catch class const continue debugger default defineInterface delete do else " +
    "enum eval export extends false finally for function if implements import in instanceof interface let new null " +
    "package peerBody private protected public return static super switch this throw true try typeof undefined var " +
    "void while with yield").split(" "),
);

/** Indented lines of code, and what they import. */
class Output {
  text = "";
  readonly types: DeclaredTypes;
  readonly parts: TypeWriter;
  /** What is imported besides `defineInterface`. */
  readonly used = new Set<string>();
  #indent = 0;

  constructor(types: DeclaredTypes) {
    this.types = types;
    this.parts = new TypeWriter(() => types.used.values());
  }

  /** How much room is left on a line. */
  get room(): number {
    return WIDTH - 2 * this.#indent;
  }

  add(line: string): void {
    if (/^[})]/.test(line)) this.#indent--;
    this.text += line === "" ? "\n" : "  ".repeat(this.#indent) + line + "\n";
    if (/[{(]$/.test(line)) this.#indent++;
  }

  /** The declarations of the types that are used, and of those that they use. */
  declarations(): readonly string[] {
    this.parts.finish();
    // Writing a type can add others to those that are used.
    for (const [rust, name] of this.types.used) {
      const declared = this.types.declared(rust);
      if (declared === undefined) {
        const doc = `\`${rust}\` of Rust: to be filled in.`;
        this.parts.declare(name, [], doc, { kind: "name", text: "unknown" });
      } else {
        const { parameters, doc } = declared;
        const type = this.types.contentOf(declared);
        const names = parameters.map(({ name }) => name);
        this.parts.declare(name, names, doc, type);
      }
    }
    return this.parts.declarations;
  }
}

function writeInterface(
  definition: InterfaceDefinition,
  out: Output,
): void {
  const { name, doc, hidden, extensions, services, streams, errors } =
    completeDefinition(definition);
  const identifier = RESERVED.has(name) ? `${name}_` : name;
  out.add(`export const ${identifier} = defineInterface({`);
  out.add(`name: ${quoted(name)},`);
  writeDoc({ doc, hidden }, out);
  if (extensions) out.add("extensions: true,");
  if (services.length > 0) {
    out.add("services: {");
    for (const service of services) writeService(service, name, out);
    out.add("},");
  }
  writeMessages("streams", streams, name, out);
  writeErrors(errors, name, out);
  out.add("});");
}

function writeService(
  service: ServiceDefinition,
  owner: string,
  out: Output,
): void {
  const name = `${owner}_${service.name}`;
  writeHead(service, out);
  if (service.endless) out.add("endless: true,");
  if (service.idempotent) out.add("idempotent: true,");
  writeBody("request", service.request, out, name);
  writeBody("response", service.response, out, name);
  writeMessages("requestUpdates", service.requestUpdates, name, out);
  writeMessages("responseUpdates", service.responseUpdates, name, out);
  writeErrors(service.errors, name, out);
  out.add("},");
}

function writeErrors(
  errors: readonly ErrorDefinition[],
  owner: string,
  out: Output,
): void {
  if (errors.length === 0) return;
  out.add("errors: {");
  for (const error of errors) {
    if (error.doc === "" && !error.hidden && error.body.kind === "nothing") {
      out.add(`${error.name}: {},`);
      continue;
    }
    out.add(`${error.name}: {`);
    writeDoc(error, out);
    writeBody("body", error.body, out, `${owner}_${error.name}`);
    out.add("},");
  }
  out.add("},");
}

function writeMessages(
  key: string,
  messages: readonly (
    & MessageDefinition
    & RequestUpdateDefinition
    & Partial<StreamDefinition>
  )[],
  owner: string,
  out: Output,
): void {
  if (messages.length === 0) return;
  out.add(`${key}: {`);
  for (const message of messages) {
    writeHead(message, out);
    if (message.cancels) out.add("cancels: true,");
    if (message.from === "server") out.add(`from: "server",`);
    writeBody("body", message.body, out, `${owner}_${message.name}`);
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
  if (doc !== "") {
    const line = `doc: ${quoted(doc)},`;
    if (line.length <= out.room) out.add(line);
    else {
      out.add("doc:");
      out.add(`  ${quoted(doc)},`);
    }
  }
  if (hidden) out.add("hidden: true,");
}

function writeBody(
  key: string,
  { kind, typeName }: BodyDefinition,
  out: Output,
  owner: string,
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
      const whole = out.types.bodyType(typeName, { line: 1, column: 1 });
      const name = toUpperCamelCase(`${owner}_${key}`);
      const length = `${key}: body<>(`.length + WIDTH - out.room;
      const type = flatText(out.parts.fit(whole, length, name));
      const line = `${key}: body<${type}>(${quoted(typeName)}),`;
      if (line.length <= out.room) return out.add(line);
      out.add(`${key}: body<${type}>(`);
      out.add(`${quoted(typeName)},`);
      out.add("),");
    }
  }
}
