import { type ChildProcess, spawn } from "node:child_process"
import { generateKeyPairSync, randomBytes } from "node:crypto"
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { request } from "node:https"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { OpenApi } from "./generate.ts"

const patienceMs = 120_000

export interface ServerPrograms {
  readonly etcd: string
  readonly apiServer: string
}

/**
 * The OpenAPI document of an API server that runs just for this, on loopback, without any cluster behind it. The
 * document that is published with the source has no lists of allowed values; this one does.
 */
export async function servedOpenApi(programs: ServerPrograms, log: (line: string) => void): Promise<OpenApi> {
  const work = await mkdtemp(join(tmpdir(), "signalbox-openapi-"))
  const children: ChildProcess[] = []
  try {
    const [client = 0, peer = 0, port = 0] = await freePorts(3)
    const token = randomBytes(32).toString("hex")
    const start = (name: string, command: string, args: readonly string[]): void => {
      const output = openSync(join(work, `${name}.log`), "w")
      // Dies with this process, however that ends.
      const guarded = ["--pdeathsig", "KILL", "--", command, ...args]
      children.push(spawn("setpriv", guarded, { stdio: ["ignore", output, output] }))
      closeSync(output)
    }
    start(
      "etcd",
      programs.etcd,
      etcdArguments(work, `http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`),
    )
    start("apiserver", programs.apiServer, serverArguments(work, `http://127.0.0.1:${client}`, port, token))
    return await answer(work, port, token, () => children.some((child) => child.exitCode !== null))
  } catch (error) {
    for (const name of ["etcd", "apiserver"])
      for (const line of readFileSync(join(work, `${name}.log`), "utf8")
        .split("\n")
        .slice(-10))
        log(`${name}: ${line}`)
    throw error
  } finally {
    for (const child of children) child.kill("SIGKILL")
    await rm(work, { recursive: true, force: true })
  }
}

const etcdArguments = (work: string, client: string, peer: string): readonly string[] => [
  `--data-dir=${join(work, "etcd")}`,
  "--unsafe-no-fsync",
  `--listen-client-urls=${client}`,
  `--advertise-client-urls=${client}`,
  `--listen-peer-urls=${peer}`,
  `--initial-advertise-peer-urls=${peer}`,
  `--initial-cluster=default=${peer}`,
]

function serverArguments(work: string, etcd: string, port: number, token: string): readonly string[] {
  const key = join(work, "service-account.key")
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  writeFileSync(key, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 })
  writeFileSync(join(work, "tokens.csv"), `${token},reader,reader\n`, { mode: 0o600 })
  return [
    `--etcd-servers=${etcd}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${work}`,
    "--authorization-mode=AlwaysAllow",
    `--token-auth-file=${join(work, "tokens.csv")}`,
    "--service-account-issuer=https://localhost",
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    "--service-cluster-ip-range=10.96.0.0/16",
  ]
}

async function answer(work: string, port: number, token: string, ended: () => boolean): Promise<OpenApi> {
  const deadline = Date.now() + patienceMs
  const certificate = join(work, "apiserver.crt")
  let last = "it did not start"
  while (!ended() && Date.now() < deadline) {
    await sleep(100)
    if (!existsSync(certificate)) continue
    try {
      return JSON.parse(await get(port, token, readFileSync(certificate, "utf8"))) as OpenApi
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
  }
  throw new Error(`the API server gave no OpenAPI document: ${ended() ? "it ended" : last}`)
}

function get(port: number, token: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, ca, path: "/openapi/v2", timeout: 10_000, agent: false }
    const headers = { accept: "application/json", authorization: `Bearer ${token}` }
    const call = request({ ...options, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on("error", reject)
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString())
        else reject(new Error(`status ${response.statusCode}`))
      })
    })
    call.on("timeout", () => call.destroy(new Error("no answer in time")))
    call.on("error", reject)
    call.end()
  })
}

/** Ports that nobody listens on at this moment; all are held until all are known, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      return server
    }),
  )
  return servers.map((server) => {
    const address = server.address()
    server.close()
    return typeof address === "object" && address !== null ? address.port : 0
  })
}
