import { spawn } from "node:child_process"

/** Runs a program to its end and returns its standard output. `input` is what it reads; default: nothing. */
export type Run = (command: string, args: readonly string[], input?: string) => Promise<string>

/** @throws Error with the end of the program's standard error when it ends with anything but 0 */
export const run: Run = (command, args, input = "") =>
  new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { PATH: process.env.PATH ?? "" },
    })
    const output: Buffer[] = []
    let problems = ""
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => {
      problems = (problems + chunk.toString()).slice(-2000)
    })
    child.on("error", reject)
    child.on("close", (status, signal) => {
      if (status === 0) resolve(Buffer.concat(output).toString())
      else reject(new Error(`${command}: ${problems.trim() || signal || `status ${status}`}`))
    })
    // A program that ends without reading everything says by its status whether that was right.
    child.stdin.on("error", () => undefined)
    child.stdin.end(input)
  })
