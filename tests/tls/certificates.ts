/** A CA and what it has signed, made with openssl; see `certificates_test.ts`. */
import { findProgram } from "../support/processes/find_program.ts";

/** A certificate and its key, as PEM. */
export interface Signed {
  readonly cert: string;
  readonly key: string;
}

/** When a certificate is valid, as options of openssl. */
const VALID = {
  now: ["-days", "2"],
  past: ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"],
  future: ["-startdate", "20990101000000Z", "-enddate", "20990102000000Z"],
} as const;

const OPENSSL = findProgram("openssl");

/** Why there are none: null if openssl is there, and may be run. */
export function whyNoCertificates(): string | null {
  return OPENSSL === null ? "openssl" : null;
}

/** A CA, in a folder of its own. */
export class Ca implements AsyncDisposable {
  readonly #folder: string;
  /** Its certificate, as PEM. */
  readonly cert: string;
  #signed = 0;

  private constructor(folder: string, cert: string) {
    this.#folder = folder;
    this.cert = cert;
  }

  static async make(): Promise<Ca> {
    const folder = await Deno.makeTempDir({ prefix: "rpc_ca_" });
    await openssl(folder, [
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(
        " ",
      ),
      ..."-keyout ca.key -out ca.pem -days 2 -subj /CN=test".split(" "),
    ]);
    await Deno.writeTextFile(`${folder}/index.txt`, "");
    await Deno.writeTextFile(
      `${folder}/ca.cnf`,
      `[ca]
default_ca = own
[own]
database = ${folder}/index.txt
rand_serial = yes
new_certs_dir = ${folder}
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
`,
    );
    return new Ca(folder, await Deno.readTextFile(`${folder}/ca.pem`));
  }

  /** Signs a certificate for a name, and for hosts; by default it is valid today. */
  async sign(
    name: string,
    {
      hosts = "DNS:localhost,IP:127.0.0.1",
      valid = "now" as keyof typeof VALID,
    } = {},
  ): Promise<Signed> {
    const file = `signed${this.#signed++}`;
    await openssl(this.#folder, [
      ..."req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(" "),
      "-keyout",
      `${file}.key`,
      "-out",
      `${file}.csr`,
      "-subj",
      `/CN=${name}`,
      "-addext",
      `subjectAltName=${hosts}`,
    ]);
    await openssl(this.#folder, [
      ..."ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key".split(
        " ",
      ),
      ...VALID[valid],
      "-in",
      `${file}.csr`,
      "-out",
      `${file}.pem`,
    ]);
    return {
      cert: await Deno.readTextFile(`${this.#folder}/${file}.pem`),
      key: await Deno.readTextFile(`${this.#folder}/${file}.key`),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function openssl(folder: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(OPENSSL!, {
    args,
    cwd: folder,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
