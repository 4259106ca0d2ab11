import { deno, type ErrorClass } from "./deno.ts";

/** Deno's class of that name, or one of ours with the same `name`. */
function errorClass(name: string): ErrorClass {
  return deno?.errors[name] ?? class extends Error {
    override readonly name = name;
  };
}

/** A socket or file that is closed already. */
export const BadResource: ErrorClass = errorClass("BadResource");
/** A write to what nobody reads any more. */
export const BrokenPipe: ErrorClass = errorClass("BrokenPipe");
/** A connection that the other side has reset. */
export const ConnectionReset: ErrorClass = errorClass("ConnectionReset");
/** A call that was pending, or came, when this side closed. */
export const Interrupted: ErrorClass = errorClass("Interrupted");
/** Something that was refused. */
export const PermissionDenied: ErrorClass = errorClass("PermissionDenied");
/** Something that took too long. */
export const TimedOut: ErrorClass = errorClass("TimedOut");
