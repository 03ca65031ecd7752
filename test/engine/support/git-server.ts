import { spawn } from "node:child_process"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"

/** A git server on this machine. */
export interface GitServer extends AsyncDisposable {
  /** `http://address` */
  readonly url: string
}

/**
 * Serves the repositories of a directory by HTTP, as a code host does: git's own CGI program behind a small server.
 * @param host address of this machine that the engine reaches.
 */
export async function serveGit(root: string, host: string): Promise<GitServer> {
  const server = createServer((request, response) => answer(root, request, response))
  await new Promise<void>((resolve, reject) => {
    // Dagger leaves the port out of a module's address: only the protocol's own works.
    server.once("error", reject).listen(80, host, resolve)
  })
  return {
    url: `http://${host}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://server")
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      // The directory may be another user's; git would refuse to look into it.
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "inherit"],
  })
  backend.stdin.on("error", () => undefined)
  request.pipe(backend.stdin)
  let head = Buffer.alloc(0)
  backend.stdout.on("data", (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf("\r\n\r\n")
    if (end < 0) return
    response.writeHead(...cgiHead(head.subarray(0, end).toString()))
    response.write(head.subarray(end + 4))
  })
  backend.on("error", () => response.writeHead(500).end())
  backend.on("close", () => response.end())
}

/** Status and headers of a CGI answer. */
function cgiHead(text: string): [number, Record<string, string>] {
  const headers = Object.fromEntries(
    text.split("\r\n").map((line) => {
      const colon = line.indexOf(":")
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const { status = "200", ...rest } = headers
  return [Number.parseInt(status, 10), rest]
}
