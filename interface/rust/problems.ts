import { isReservedId } from "../../protocol/service_id.ts";
import { NAME } from "../declare/check_declaration.ts";
import type { Position } from "./lexer.ts";
import { toCamelCase } from "./names.ts";
import type { RustInterface, RustItem } from "./interface_parser.ts";

/** What is wrong with an interface that Rust source declares, and where. */
export interface RustProblem extends Position {
  /** The text for people. */
  readonly message: string;
}

/** Finds what `defineInterface` would refuse, in the order of the source. */
export function problemsOf(
  parsed: RustInterface,
): RustProblem[] {
  const { services, streams } = parsed;
  const problems = [...check(services), ...check(streams)];
  if (!NAME.test(parsed.name)) problems.push(badName(parsed, parsed.name));
  for (const { requestUpdates, responseUpdates } of services) {
    problems.push(...check(requestUpdates), ...check(responseUpdates));
  }
  const serviceNames = new Set(services.map(({ name }) => toCamelCase(name)));
  for (const stream of streams) {
    if (!serviceNames.has(toCamelCase(stream.name))) continue;
    const message = `A service and a stream have the name ${stream.name}`;
    problems.push(problem(stream, message));
  }
  return problems.sort((a, b) => a.line - b.line || a.column - b.column);
}

function check(items: readonly RustItem[]): RustProblem[] {
  const problems: RustProblem[] = [];
  const ids = new Map<number, string>();
  const names = new Set<string>();
  for (const item of items) {
    const { id, name } = item;
    if (id === -1) {
      const text =
        `The id of ${name} is -1, which is reserved for error responses`;
      problems.push(problem(item, text));
    } else if ((id | 0) !== id) {
      problems.push(
        problem(item, `The id of ${name} doesn't fit an i32: ${id}`),
      );
    } else if (isReservedId(id)) {
      const text =
        `The id of ${name} is ${id}, but those from -2147483648 to -2147483633 are reserved`;
      problems.push(problem(item, text));
    }
    const other = ids.get(id);
    if (other === undefined) ids.set(id, name);
    else {problems.push(
        problem(item, `The id ${id} is used by ${other} and ${name}`),
      );}
    const camel = toCamelCase(name);
    if (names.has(camel)) {
      problems.push(problem(item, `The name ${name} is used twice`));
    }
    names.add(camel);
    if (!NAME.test(camel)) problems.push(badName(item, name));
    if (camel === "then") {
      problems.push(problem(item, "The name then is reserved"));
    }
  }
  return problems;
}

function badName(place: Position, name: string): RustProblem {
  const rule = "must be letters, digits and _, with a letter first";
  return problem(place, `The name ${name} ${rule}`);
}

function problem({ line, column }: Position, message: string): RustProblem {
  return { line, column, message };
}
