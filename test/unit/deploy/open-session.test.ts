/** X11: the credential of the cluster is a secret like those that it opens. */
import { readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { stringify } from "yaml"
import { openSession } from "../../../src/deploy/driver/open-session.ts"
import { Recorder } from "../../../src/deploy/driver/recorder.ts"
import { driverRequest } from "./support/driver-request.ts"

const ca = readFileSync(new URL("fixtures/ca.pem", import.meta.url)).toString("base64")
const key = ["BEGIN", "END"].map((which) => `-----${which} PRIVATE KEY-----`).join("\nMIIabcdefghijklmnop\n")
const credentials = {
  token: [{ token: "s3cr3t-token" }, "s3cr3t-token"],
  "client key": [
    { "client-certificate-data": ca, "client-key-data": Buffer.from(key).toString("base64") },
    Buffer.from(key).toString("base64"),
  ],
} as const

test.each(Object.entries(credentials))(
  "X11 what others say is kept without its %s",
  async (_name, [user, form]) => {
    const directory = await mkdtemp(join(tmpdir(), "session-"))
    const [input, kubeconfig] = [join(directory, "request.json"), join(directory, "kubeconfig")]
    await writeFile(input, JSON.stringify(driverRequest))
    await writeFile(
      kubeconfig,
      stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
          { name: "c", cluster: { server: "https://127.0.0.1:1", "certificate-authority-data": ca } },
        ],
        users: [{ name: "u", user }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      }),
    )
    const recorder = new Recorder(directory, () => {})
    const args = { command: "observe", input, kubeconfig, out: directory, memory: "/dev/shm" } as const
    const session = await openSession(args, recorder, new AbortController().signal)
    try {
      expect(session.secrets.hide(`Authorization: Bearer ${form} was refused`)).not.toContain(form)
    } finally {
      await session.close()
      await rm(directory, { recursive: true })
    }
  },
)
