import { z } from "zod"
import { sourcePath } from "./read.ts"
import { type ReportedComponent, unreadableReport } from "./report.ts"

const span = z.looseObject({
  file_name: z.string(),
  line_start: z.int(),
  column_start: z.int(),
  is_primary: z.boolean().default(false),
})

const message = z.looseObject({
  message: z.string(),
  level: z.string(),
  code: z.looseObject({ code: z.string() }).nullable().default(null),
  spans: z.array(span).default([]),
})

const event = z.looseObject({
  reason: z.string(),
  message: z.unknown().optional(),
  success: z.boolean().optional(),
})

/** What the compiler says of one place. */
export interface CompilerMessage {
  readonly level: "error" | "warning" | "other"
  readonly text: string
  /** Name of the lint, or number of the error. */
  readonly code: string | undefined
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | undefined
}

export interface CargoMessages {
  readonly messages: readonly CompilerMessage[]
  /** How the build ended; undefined: it says nothing of its end. */
  readonly success: boolean | undefined
}

/** One line of `--message-format=json`; null where it is none. @throws OUTPUT_UNREADABLE where it is one of another shape */
export function cargoEvent(line: string, form: string): z.output<typeof event> | null {
  if (!line.startsWith('{"reason":')) return null
  try {
    return event.parse(JSON.parse(line))
  } catch (cause) {
    throw unreadableReport(form, `${line.slice(0, 80)} is no message of Cargo`, cause)
  }
}

/** Each message once: what a library is told, its tests are told again. @throws OUTPUT_UNREADABLE */
export function cargoMessages(
  events: readonly z.output<typeof event>[],
  component: ReportedComponent,
  form: string,
): CargoMessages {
  const messages = new Map<string, CompilerMessage>()
  let success: boolean | undefined
  for (const one of events) {
    if (one.reason === "build-finished") success = one.success
    if (one.reason !== "compiler-message") continue
    const read = message.safeParse(one.message)
    if (!read.success) throw unreadableReport(form, "a message of the compiler has another shape", read.error)
    if (isSummary(read.data)) continue
    const told = messageOf(read.data, component)
    messages.set(JSON.stringify(told), told)
  }
  return { messages: [...messages.values()], success }
}

/** What only counts the others: `aborting due to 2 previous errors`, `3 warnings emitted`. */
function isSummary({ message: text, spans, code }: z.output<typeof message>): boolean {
  return (
    spans.length === 0 &&
    code === null &&
    /^(?:aborting due to |\d+ warnings? emitted|For more information )/.test(text)
  )
}

function messageOf(
  { message: text, level, code, spans }: z.output<typeof message>,
  component: ReportedComponent,
): CompilerMessage {
  const place = spans.find(({ is_primary }) => is_primary) ?? spans[0]
  return {
    // `error: internal compiler error` is one as well.
    level: level.startsWith("error") ? "error" : level === "warning" ? "warning" : "other",
    text,
    code: code?.code,
    location:
      place === undefined
        ? undefined
        : {
            file: sourcePath(component.path, component.workdir, place.file_name),
            line: place.line_start,
            column: place.column_start,
          },
  }
}
