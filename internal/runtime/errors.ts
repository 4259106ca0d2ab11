import { deno, type ErrorClass } from "./deno.ts";

/** What errors of the system are where there is no `Deno`. */
class SystemError extends Error {}

/** Deno's class of that name, or one of ours with the same `name`. */
function errorClass(name: string): ErrorClass {
  return deno?.errors[name] ?? class extends SystemError {
    override readonly name = name;
  };
}

/** An address that is taken. */
export const AddrInUse: ErrorClass = /* @__PURE__ */ errorClass("AddrInUse");
/** An address that this machine doesn't have. */
export const AddrNotAvailable: ErrorClass = /* @__PURE__ */ errorClass(
  "AddrNotAvailable",
);
/** A file that exists where there must be none. */
export const AlreadyExists: ErrorClass = /* @__PURE__ */ errorClass(
  "AlreadyExists",
);
/** A socket or file that is closed already. */
export const BadResource: ErrorClass = /* @__PURE__ */ errorClass(
  "BadResource",
);
/** A write to what nobody reads any more. */
export const BrokenPipe: ErrorClass = /* @__PURE__ */ errorClass("BrokenPipe");
/** A connection that was given up before it was there. */
export const ConnectionAborted: ErrorClass = /* @__PURE__ */ errorClass(
  "ConnectionAborted",
);
/** An address that nobody listens on. */
export const ConnectionRefused: ErrorClass = /* @__PURE__ */ errorClass(
  "ConnectionRefused",
);
/** A connection that the other side has reset. */
export const ConnectionReset: ErrorClass = /* @__PURE__ */ errorClass(
  "ConnectionReset",
);
/** A call that was pending, or came, when this side closed. */
export const Interrupted: ErrorClass = /* @__PURE__ */ errorClass(
  "Interrupted",
);
/** What isn't as it has to be, such as a certificate. */
export const InvalidData: ErrorClass = /* @__PURE__ */ errorClass(
  "InvalidData",
);
/** A permission of Deno's that is missing. */
export const NotCapable: ErrorClass = /* @__PURE__ */ errorClass("NotCapable");
/** A socket that isn't connected. */
export const NotConnected: ErrorClass = /* @__PURE__ */ errorClass(
  "NotConnected",
);
/** A file that isn't there. */
export const NotFound: ErrorClass = /* @__PURE__ */ errorClass("NotFound");
/** What this system or runtime can't do. */
export const NotSupported: ErrorClass = /* @__PURE__ */ errorClass(
  "NotSupported",
);
/** Something that was refused. */
export const PermissionDenied: ErrorClass = /* @__PURE__ */ errorClass(
  "PermissionDenied",
);
/** Something that took too long. */
export const TimedOut: ErrorClass = /* @__PURE__ */ errorClass("TimedOut");

/**
 * Whether it has one of the classes above, or is the plain error that is thrown
 * where there is no class for the cause. A missing permission is none of the
 * system's.
 */
export function isSystemError(error: Error): boolean {
  const type = error.constructor;
  if (type === NotCapable) return false;
  if (type === Error || type.prototype instanceof SystemError) return true;
  return Object.values<unknown>(deno?.errors ?? {}).includes(type);
}
