import { request } from "node:https"
import { SignalboxError } from "../../domain/index.ts"

/** An API server, and who asks it. */
interface ApiServer {
  /** `https://HOST:PORT` */
  readonly address: string
  /** Its authority's certificate, in PEM. */
  readonly authority: string
  readonly token: string
}

const limitMs = 60_000

/** @throws CLUSTER_UNREACHABLE for anything but 200 */
export function read({ address, authority, token }: ApiServer, path: string): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const headers = { accept: "application/json", authorization: `Bearer ${token}` }
    const options = { ca: authority, headers, timeout: limitMs, agent: false }
    const call = request(new URL(path, address), options, (response) => {
      const chunks: Buffer[] = []
      response.on("error", reject)
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString("utf8"))
        else reject(new Error(`it answers ${response.statusCode} to ${path}`))
      })
    })
    call.on("timeout", () => call.destroy(new Error(`no answer to ${path} within ${limitMs / 1000} s`)))
    call.on("error", reject)
    call.end()
  }).catch((cause: unknown) => {
    throw new SignalboxError(
      "CLUSTER_UNREACHABLE",
      {
        what: "the API server does not tell its schemas",
        where: address,
        why: cause instanceof Error ? cause.message : String(cause),
        next: "check the image of the cluster in toolbox.yaml, or name another source: schemas.kubernetes",
      },
      { cause },
    )
  })
}
