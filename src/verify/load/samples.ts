import { StringDecoder } from "node:string_decoder"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"

/** The metrics that k6 emits for one request, together and in this order; `http_req_failed` may follow. */
const ofOneRequest = [
  "http_reqs",
  "http_req_duration",
  "http_req_blocked",
  "http_req_connecting",
  "http_req_tls_handshaking",
  "http_req_sending",
  "http_req_waiting",
  "http_req_receiving",
] as const
const verdictOfTheScript = "http_req_failed"
const checks = "checks"
const read: ReadonlySet<string> = new Set([...ofOneRequest, verdictOfTheScript, checks])

const sample = z.object({
  metric: z.string(),
  type: z.literal("Point"),
  data: z.object({
    time: z.string(),
    value: z.number(),
    tags: z.record(z.string(), z.string()).nullable(),
  }),
})
type Sample = z.output<typeof sample>

/** The requests that k6 made, and their answers. */
export interface Samples {
  /** Number of answers by status; `0` is no answer. */
  readonly statuses: Readonly<Record<string, number>>
  /** Duration of every request in ms, in the order in which they ended. */
  readonly durations: readonly number[]
  readonly checks: { readonly held: number; readonly all: number }
  /** From the first sample to the last one. */
  readonly seconds: number
}

/**
 * Reads the samples that k6 writes to stdout (`--out json`) as they come. They are written by k6 itself: a script can
 * print, tag, and add samples of its own, also to k6's metrics, but neither remove one nor change a status. Samples that
 * a script adds are detected, because the samples of a request come together and have one time.
 */
export class SampleReader {
  readonly #decoder = new StringDecoder("utf8")
  readonly #statuses = new Map<string, number>()
  readonly #durations: number[] = []
  readonly #checks = { held: 0, all: 0 }
  #began: string | undefined
  #last = ""
  #rest = ""
  #open: Sample[] = []
  /** The last complete request, until another sample comes. */
  #ended: Sample | undefined
  #added = 0
  #unreadable: string | undefined

  /** Never throws: `end` reports what could not be read. */
  take(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n")
    this.#rest = lines.pop() ?? ""
    for (const line of lines) this.#line(line)
  }

  /** @throws OUTPUT_UNREADABLE when the output is incomplete, or the script has added samples of requests. */
  end(): Samples {
    this.#close()
    const problem =
      this.#unreadable ?? (this.#rest + this.#decoder.end() === "" ? undefined : "its last line is cut off")
    if (problem !== undefined)
      throw unreadable("the requests that k6 made cannot be read", problem, "see k6.log, then run it again")
    if (this.#added > 0)
      throw unreadable(
        "the load script writes to k6's own metrics of requests",
        `${this.#added} samples of http_reqs or http_req_… come from no request`,
        "give metrics of the script's own names of their own",
      )
    return {
      statuses: Object.fromEntries([...this.#statuses].sort(([a], [b]) => Number(a) - Number(b))),
      durations: this.#durations,
      checks: this.#checks,
      seconds: this.#began === undefined ? 0 : (Date.parse(this.#last) - Date.parse(this.#began)) / 1000,
    }
  }

  #line(line: string): void {
    // Name and time come first. Metrics of the script are not parsed: their values may be no valid JSON.
    const [, name, time] = /^\{"metric":"(\w+)","type":"Point","data":\{"time":"([^"]+)"/.exec(line) ?? []
    if (name === undefined || time === undefined) {
      if (!line.startsWith('{"type":"Metric"')) this.#unreadable ??= line.slice(0, 200)
      return
    }
    this.#began ??= time
    this.#last = time
    const parsed = read.has(name) ? sample.safeParse(json(line)) : undefined
    if (parsed === undefined) this.#close()
    else if (parsed.success) this.#sample(parsed.data)
    else this.#unreadable ??= line.slice(0, 200)
  }

  #sample(one: Sample): void {
    if (one.metric === checks) this.#check(one)
    else if (one.metric === verdictOfTheScript) this.#verdict(one)
    else this.#part(one)
  }

  #check(one: Sample): void {
    this.#close()
    this.#checks.all++
    if (one.data.value !== 0) this.#checks.held++
  }

  /** The script decides its value, which is ignored; each must belong to a request. */
  #verdict(one: Sample): void {
    const request = this.#ended
    this.#close()
    if (request === undefined || !together(request, one)) this.#added++
  }

  #part(one: Sample): void {
    const first = this.#open[0]
    const next = ofOneRequest[this.#open.length] === one.metric
    if (!next || (first !== undefined && !together(first, one))) this.#close()
    if (ofOneRequest[this.#open.length] !== one.metric) {
      this.#added++
      return
    }
    this.#ended = undefined
    this.#open.push(one)
    if (this.#open.length === ofOneRequest.length) this.#request()
  }

  #request(): void {
    const [counted, duration] = this.#open
    this.#open = []
    const status = counted?.data.tags?.status
    if (counted === undefined || duration === undefined || status === undefined || !/^\d+$/.test(status)) {
      this.#unreadable ??= `a request has the status ${JSON.stringify(status ?? null)}`
      return
    }
    this.#ended = counted
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
    this.#durations.push(duration.data.value)
  }

  /** Counts the samples of an incomplete request as added by the script: k6 writes those of a request together. */
  #close(): void {
    this.#added += this.#open.length
    this.#open = []
    this.#ended = undefined
  }
}

function together(first: Sample, other: Sample): boolean {
  const [one, two] = [first.data, other.data]
  return one.time === two.time && JSON.stringify(one.tags) === JSON.stringify(two.tags)
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function unreadable(what: string, why: string, next: string): SignalboxError {
  return new SignalboxError("OUTPUT_UNREADABLE", { what, where: "k6 --out json", why, next })
}
