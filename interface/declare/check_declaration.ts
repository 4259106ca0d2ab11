import type {
  ErrorDeclarations,
  ItemDeclaration,
  ServiceDeclarations,
  StreamDeclaration,
  StreamDeclarations,
} from "./declaration.ts";
import { errorText } from "../../internal/errors.ts";
import type { Format } from "../formats/format.ts";
import { isReservedId, serviceId } from "../../protocol/service_id.ts";
import {
  checkCancels,
  checkMembers,
  checkObject,
  checkSchema,
} from "./check_members.ts";
import { checkErrors } from "./check_errors.ts";

/** What a name must look like, so that it can be a method here and in Rust. */
export const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** What an interface may be declared with. */
const INTERFACE = [
  "name",
  "doc",
  "hidden",
  "extensions",
  "format",
  "services",
  "streams",
  "errors",
];
const ITEM = ["id", "doc", "hidden"];
const MESSAGE = [...ITEM, "body"];
const STREAM = [...MESSAGE, "from"];
const UPDATES = ["requestUpdates", "responseUpdates"] as const;
const REQUEST_UPDATE = [...MESSAGE, "cancels"];
const SERVICE = [
  ...ITEM,
  "request",
  "response",
  ...UPDATES,
  "errors",
  "endless",
  "idempotent",
];

/** The members of a declaration that hold bodies. */
const BODIES = ["body", "request", "response"] as const;

/**
 * Checks what types can't be relied on for: members, ids, names and bodies.
 *
 * @throws {TypeError} For a member, a name or a body.
 * @throws {RangeError} For an id.
 */
export function checkDeclaration(declaration: {
  readonly name: string;
  readonly format?: Format | undefined;
  readonly services?: ServiceDeclarations | undefined;
  readonly streams?: StreamDeclarations | undefined;
  readonly errors?: ErrorDeclarations | undefined;
}): void {
  checkObject("declaration of an interface", declaration);
  const { name, format, services = {}, streams = {} } = declaration;
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new TypeError(
      `The name of an interface must be letters, digits and _, got ${
        shown(name)
      }`,
    );
  }
  checkMembers(`interface ${name}`, declaration, INTERFACE);
  if (format !== undefined) checkFormat(name, format);
  checkItems(`service of ${name}`, services, SERVICE);
  checkItems(`stream of ${name}`, streams, STREAM);
  for (const [key, stream] of Object.entries(streams)) {
    checkFrom(`stream of ${name}, ${key},`, stream);
    if (Object.hasOwn(services, key)) {
      throw new TypeError(
        `${name} has a service and a stream with the name ${key}`,
      );
    }
  }
  for (const [key, service] of Object.entries(services)) {
    const { requestUpdates = {}, responseUpdates = {}, endless } = service;
    checkItems(`request update of ${key}`, requestUpdates, REQUEST_UPDATE);
    checkItems(`response update of ${key}`, responseUpdates, MESSAGE);
    if (endless) {
      checkHasUpdates(`service of ${name}, ${key},`, [
        requestUpdates,
        responseUpdates,
      ]);
    }
    checkCancels(key, requestUpdates);
  }
  checkErrors(declaration);
}

function checkHasUpdates(what: string, updates: readonly object[]): void {
  if (updates.some((all) => Object.keys(all).length > 0)) return;
  throw new TypeError(`The ${what} is endless, but has no updates`);
}

/**
 * Checks a format of an interface, wherever it is given.
 *
 * @throws {TypeError} If it can't encode and decode.
 */
export function checkFormat(name: string, format: Partial<Format>): void {
  checkObject(`format of ${name}`, format);
  const { encode, decode } = format;
  if (typeof encode === "function" && typeof decode === "function") return;
  throw new TypeError(
    `The format of ${name} must have the functions encode and decode`,
  );
}

function checkItems(
  what: string,
  items: Readonly<Record<string, ItemDeclaration>>,
  members: readonly string[],
): void {
  checkObject(`declaration of each ${what}`, items);
  const names = new Map<number, string>();
  for (const [name, item] of Object.entries(items)) {
    // A client that has a method `then` would be taken for a promise.
    if (!NAME.test(name) || name === "then") {
      throw new TypeError(
        `The name of a ${what} must be letters, digits and _, and not then, got ${
          JSON.stringify(name)
        }`,
      );
    }
    checkMembers(`${what}, ${name},`, item, members);
    checkId(`${what}, ${name},`, item.id);
    const other = names.get(item.id);
    if (other !== undefined) {
      throw new RangeError(
        `The id ${item.id} is used for two: ${what}, ${other} and ${name}`,
      );
    }
    names.set(item.id, name);
    checkBodies(`${what}, ${name},`, item);
  }
}

function checkId(what: string, id: number): void {
  if (id === serviceId.ERROR) {
    throw new RangeError(
      `The id of the ${what} is -1, which is reserved for error responses`,
    );
  }
  if (typeof id !== "number" || (id | 0) !== id) {
    throw new RangeError(
      `The id of the ${what} must be an integer from -2147483648 to 2147483647, got ${
        String(id)
      }`,
    );
  }
  if (isReservedId(id)) {
    throw new RangeError(
      `The id of the ${what} is ${id}, but those from -2147483648 to -2147483633 are reserved`,
    );
  }
}

function checkFrom(what: string, { from }: StreamDeclaration): void {
  if (from === undefined || from === "client" || from === "server") return;
  throw new TypeError(
    `The ${what} must be from "client" or "server", got ${shown(from)}`,
  );
}

/** What a value looks like that should have been a string. */
function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : errorText(value);
}

function checkBodies(what: string, item: ItemDeclaration): void {
  const bodies = item as Partial<Record<typeof BODIES[number], unknown>>;
  for (const key of BODIES) {
    const schema = bodies[key];
    if (schema !== undefined) checkSchema(`${key} of the ${what}`, schema);
  }
}
