/** Receives the progress of a run of steps. */
export interface Progress {
  started(id: string, title: string): void
  /** The step waits for a lock that `holder` has. */
  waiting(id: string, holder: string): void
  /** The last line that the step logged. */
  line(id: string, text: string): void
  finished(id: string, seconds: number): void
  failed(id: string, seconds: number): void
  /** Ends the live display. */
  close(): void
}

interface Running {
  readonly title: string
  readonly since: number
  note: string
}

const heartbeatMs = 15_000
const redrawMs = 200

/**
 * Progress for a person: a line when a step starts and ends, and in between, on a terminal, one live line with the
 * elapsed time of all that runs; elsewhere the same line every 15 seconds.
 */
export function textProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const running = new Map<string, Running>()
  let drawn = false
  const erase = () => {
    if (drawn) stream.write("\r\x1b[2K")
    drawn = false
  }
  const print = (line: string) => {
    erase()
    stream.write(`${line}\n`)
  }
  const summary = () => {
    const parts = [...running].map(
      ([id, step]) => `${id} ${seconds(since(step))}${step.note && ` (${step.note})`}`,
    )
    return `  … ${parts.join(" · ")}`
  }
  const tick = () => {
    if (running.size === 0) return
    if (!stream.isTTY) return print(summary())
    erase()
    stream.write(summary().slice(0, (stream.columns || 110) - 1))
    drawn = true
  }
  const timer = setInterval(tick, stream.isTTY ? redrawMs : heartbeatMs)
  timer.unref()
  const note = (id: string, text: string) => {
    const step = running.get(id)
    if (step) step.note = text.trim().slice(0, 60)
  }
  const end = (id: string, mark: string, took: number, what: string) => {
    const title = running.get(id)?.title ?? id
    running.delete(id)
    print(`${mark} ${title} [${id}] ${what}${seconds(took)}`)
  }
  return {
    started(id, title) {
      running.set(id, { title, since: Date.now(), note: "" })
      print(`▸ ${title} [${id}]`)
    },
    waiting: (id, holder) => note(id, `waits for ${holder}`),
    line: note,
    finished: (id, took) => end(id, "✓", took, ""),
    failed: (id, took) => end(id, "✗", took, "failed after "),
    close() {
      clearInterval(timer)
      erase()
    },
  }
}

const since = (step: Running): number => (Date.now() - step.since) / 1000

/** Seconds as a person reads them: `0.4 s`, `34 s`, `3 min 12 s`. */
export function seconds(value: number): string {
  if (value < 9.95) return `${value.toFixed(1)} s`
  const whole = Math.round(value)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
