import { type Finished, quote } from "./commands.ts"
import type { StepSummary } from "./summary.ts"

/** The demo's progress on the terminal: steps, the exact command lines, their exit codes and the elapsed time. */
export class Progress {
  readonly #started = performance.now()
  readonly #colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
  #timer: NodeJS.Timeout | undefined

  step(position: number, count: number, title: string): void {
    this.#line(`\n${this.#bold(`[${position}/${count}] ${title}`)}`)
  }

  command(command: string, args: readonly string[]): void {
    this.#line(`  $ ${[command, ...args].map(quote).join(" ")}`)
    const started = performance.now()
    this.#timer = setInterval(() => this.#line(`    … ${seconds(performance.now() - started)}`), 30_000)
    this.#timer.unref()
  }

  commandEnded(finished: Finished): void {
    clearInterval(this.#timer)
    this.#line(`    exit ${finished.exitCode} after ${finished.seconds.toFixed(1)} s   (${finished.log})`)
  }

  stepEnded(step: StepSummary): void {
    this.#line(`  ${this.#bold(step.verdict)} (expected: ${step.expected})  ${step.seconds.toFixed(1)} s`)
  }

  note(text: string): void {
    this.#line(text)
  }

  #line(text: string): void {
    process.stdout.write(
      `${text}${text.startsWith("\n") ? `   ${this.#dim(seconds(performance.now() - this.#started))}` : ""}\n`,
    )
  }

  #bold(text: string): string {
    return this.#paint("1", text)
  }

  #dim(text: string): string {
    return this.#paint("2", text)
  }

  #paint(code: string, text: string): string {
    return this.#colour ? `\u001b[${code}m${text}\u001b[0m` : text
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}
