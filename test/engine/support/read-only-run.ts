/**
 * Runs an image's files in the mount, network and process namespaces that it was started in, and prints what the program
 * answers. Its job is on standard input: see read-only.ts.
 */
import { execFileSync, spawn } from "node:child_process"
import { chmodSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

interface Job {
  /** Directory with the image's files. */
  readonly root: string
  readonly port: number
  readonly path: string
  /** `1001:1001` */
  readonly user: string
  readonly workdir: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Milliseconds until it has to answer. */
  readonly patience: number
}

const run = (program: string, ...args: string[]) => void execFileSync(program, args, { stdio: "inherit" })

/** Its files, of which none can be written, beside what every container has. */
function mount(root: string): void {
  // The root of an export is its owner's alone; an image's is everybody's.
  chmodSync(root, 0o755)
  for (const name of ["proc", "dev", "tmp"]) mkdirSync(join(root, name), { recursive: true })
  run("mount", "--bind", root, root)
  run("mount", "--options", "remount,bind,ro", root)
  run("mount", "--types", "proc", "proc", join(root, "proc"))
  run("mount", "--rbind", "/dev", join(root, "dev"))
  run("mount", "--types", "tmpfs", "tmpfs", join(root, "tmp"))
}

async function answered(job: Job): Promise<Response> {
  const end = Date.now() + job.patience
  for (;;) {
    try {
      return await fetch(`http://127.0.0.1:${job.port}${job.path}`)
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

const job = JSON.parse(readFileSync(0, "utf8")) as Job
run("ip", "link", "set", "lo", "up")
mount(job.root)
const [uid = "", gid = uid] = job.user.split(":")
const options = ["--root", job.root, "--wd", job.workdir, "--setgid", gid, "--setuid", uid]
// A file, which the program may open again by /dev/stderr, as nginx does: what Node calls a pipe is a socket.
const log = `${job.root}.log`
writeFileSync(log, "")
chmodSync(log, 0o666)
const output = openSync(log, "a")
const said = () => readFileSync(log, "utf8")
const program = spawn("unshare", [...options, "--", ...job.command], {
  env: { ...job.environment },
  stdio: ["ignore", output, output],
})
program.on("exit", (code) => {
  process.stderr.write(`it ended with ${code}\n${said()}`)
  process.exit(1)
})
const response = await answered(job)
const status = readFileSync(`/proc/${program.pid}/status`, "utf8")
const user = `${/^Uid:\s+(\d+)/m.exec(status)?.[1]}:${/^Gid:\s+(\d+)/m.exec(status)?.[1]}`
program.removeAllListeners("exit")
process.stdout.write(
  `${JSON.stringify({ status: response.status, body: await response.text(), user, said: said().slice(-2000) })}\n`,
)
process.exit(0)
