import { nodeModule } from "../../internal/runtime/node.ts";

/** The part of `node:crypto` that is used. */
interface NodeCrypto {
  createPrivateKey(pem: string): unknown;
  X509Certificate: new (pem: string) => {
    checkPrivateKey(key: unknown): boolean;
  };
}

/**
 * Checks a certificate and its key, which `node:tls` doesn't do in Deno.
 *
 * @throws {TypeError} If they aren't both there, can't be read, or don't belong
 * together.
 */
export function checkPair(cert: unknown, key: unknown): void {
  const { createPrivateKey } = crypto();
  const certificate = readPem("cert", cert);
  if (typeof key !== "string") throw needsPem("key");
  let secret: unknown;
  try {
    secret = createPrivateKey(key);
  } catch (cause) {
    throw needsPem("key", cause);
  }
  if (certificate.checkPrivateKey(secret)) return;
  throw new TypeError("key isn't the private key of the certificate in cert");
}

/**
 * Checks the certificate of a CA.
 *
 * @throws {TypeError} If it can't be read.
 */
export function checkCa(option: string, ca: unknown): void {
  readPem(option, ca);
}

function readPem(
  option: string,
  pem: unknown,
): InstanceType<NodeCrypto["X509Certificate"]> {
  const { X509Certificate } = crypto();
  if (typeof pem !== "string") throw needsPem(option);
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw needsPem(option, cause);
  }
}

function needsPem(option: string, cause?: unknown): TypeError {
  const what = option === "key" ? "a private key" : "a certificate";
  return new TypeError(`${option} must be ${what} as PEM`, { cause });
}

function crypto(): NodeCrypto {
  return nodeModule("node:crypto", "TLS");
}
