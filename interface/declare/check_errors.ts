import { isDeclaredErrorName, isErrorReason } from "../../protocol/error.ts";
import { isBodyKind } from "./body_kind.ts";
import { checkMembers, checkObject, checkSchema } from "./check_members.ts";
import type {
  BodySchema,
  ErrorDeclarations,
  ServiceDeclarations,
} from "./declaration.ts";

const ERROR = ["body", "doc", "hidden"];

/**
 * Checks the errors of an interface and of its services: names, members and bodies.
 *
 * @throws {TypeError} If one can't be.
 */
export function checkErrors(
  { name, services = {}, errors = {} }: {
    readonly name: string;
    readonly services?: ServiceDeclarations | undefined;
    readonly errors?: ErrorDeclarations | undefined;
  },
): void {
  checkErrorsOf(name, errors);
  for (const [key, service] of Object.entries(services)) {
    const { errors: own = {} } = service;
    checkErrorsOf(`${name}.${key}`, own);
    const names = Object.keys(own);
    if (names.length > 0 && Object.hasOwn(errors, key)) {
      throw new TypeError(
        `${name} has an error and a service with errors with the name ${key}`,
      );
    }
    for (const error of names) {
      if (!Object.hasOwn(errors, error)) continue;
      throw new TypeError(
        `${name} and its service ${key} both have an error ${error}, so that a client couldn't tell which of them it gets`,
      );
    }
  }
}

function checkErrorsOf(owner: string, errors: ErrorDeclarations): void {
  checkObject(`declaration of the errors of ${owner}`, errors);
  for (const [name, error] of Object.entries(errors)) {
    checkName(owner, name);
    const what = `error of ${owner}, ${name},`;
    checkMembers(what, error, ERROR);
    if (error.body !== undefined) checkBody(what, error.body);
  }
}

function checkName(owner: string, name: string): void {
  if (isErrorReason(name)) {
    throw new TypeError(
      `An error of ${owner} can't have the name ${name}: it is a reason that every service may answer with`,
    );
  }
  if (isDeclaredErrorName(name)) return;
  throw new TypeError(
    `The name of an error of ${owner} must be letters and digits and begin with a small letter, got ${
      JSON.stringify(name)
    }`,
  );
}

function checkBody(what: string, body: BodySchema): void {
  checkSchema(`body of the ${what}`, body);
  if (!isBodyKind(body) || body.kind === "value") return;
  throw new TypeError(
    `The body of the ${what} is JSON, so it can't be of the kind ${body.kind}`,
  );
}
